//! Which addresses are this machine's own, by its network interfaces.
//!
//! A relay that listens at every address, or at one of several, must not lead to what the machine serves at the others.

use std::{collections::BTreeSet, io, net::IpAddr, rc::Rc, time::Duration};

use tokio::time::interval;

use super::hub::Hub;

/// How often the interfaces are listed again; a tenth of a millisecond each time.
///
/// Not when a permission is asked for: what was permitted five minutes ago must end too once the address comes to this
/// machine, and nobody who has a credential shall have the system asked as often as they like.
const LIST_EVERY: Duration = Duration::from_secs(1);

/// All of them, of both families.
pub(super) fn list() -> io::Result<BTreeSet<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs()?;
    Ok(interfaces.iter().map(if_addrs::Interface::ip).collect())
}

/// Tells the relay of every change, for as long as it runs. Where they cannot be listed any more, those that were known
/// remain.
pub(super) async fn watch(hub: Rc<Hub>) {
    let mut interval = interval(LIST_EVERY);
    let mut is_listed = true;
    loop {
        interval.tick().await;
        match list() {
            Ok(addresses) => {
                hub.host_has(addresses);
                is_listed = true;
            }
            Err(error) if is_listed => {
                tracing::warn!(%error, "the addresses of this machine cannot be listed, the last ones are kept");
                is_listed = false;
            }
            Err(_) => {}
        }
    }
}
