//! From a handshake to its place, or to the answer that there is none.

use std::{net::IpAddr, sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header};
use tokio::time::sleep;

use super::{AddressLimits, Admission, Admitted, Client, Refused};
use crate::{clock::Clock, metrics::handshakes::RefusedHandshake};

impl Admission {
    /// A place for the socket that `request` asks for, once its time has come; or why there is none.
    pub(crate) async fn of_handshake(
        self: &Arc<Self>,
        clock: Clock,
        request: &HttpRequest,
    ) -> Result<Admitted, Refused> {
        let address = self.address_of(request);
        let (admitted, wait) = Arc::clone(self).admit(clock, address)?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(admitted)
    }

    /// Where the client is. A proxy that does not say so counts as one client itself: who could make it forget would
    /// otherwise have no limit.
    fn address_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        if self.settings.per_address == AddressLimits::OFF {
            return None;
        }
        let peer = request.peer_addr()?.ip();
        let proxies = &self.settings.proxies;
        let values: Vec<&str> = request
            .headers()
            .get_all(proxies.header.name())
            .filter_map(|value| value.to_str().ok())
            .collect();
        if !values.is_empty() && !proxies.trusts(peer) && is_nearby(peer) {
            self.warn(
                "a proxy near this server passes sockets on, but --trusted-proxies does not name it: everybody behind it \
                 counts as one client",
            );
        }
        match proxies.client(peer, values.into_iter()) {
            Client::At(address) => Some(address),
            Client::NamelessBehind(proxy) => {
                self.warn(
                    "a trusted proxy does not say for whom it connects: everybody behind it counts as one client; have \
                     it set the header that --forwarded-header names",
                );
                Some(proxy)
            }
        }
    }
}

/// Whether an address is where an operator's own proxy would be. Others may write what they like into a header.
fn is_nearby(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

impl Refused {
    pub(crate) fn cause(self) -> RefusedHandshake {
        self.cause
    }

    /// What is answered.
    pub(crate) fn answer(self) -> HttpResponse {
        let is_about_the_address = match self.cause {
            RefusedHandshake::AddressHasTooMany | RefusedHandshake::AddressTooFast => true,
            RefusedHandshake::Origin
            | RefusedHandshake::Draining
            | RefusedHandshake::NotAHandshake
            | RefusedHandshake::Full
            | RefusedHandshake::TooManyAddresses => false,
        };
        let (status, words) = if is_about_the_address {
            (
                StatusCode::TOO_MANY_REQUESTS,
                "too many connections from this address; come back shortly\n",
            )
        } else {
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the server is full; come back shortly\n",
            )
        };
        let rounded_up = self.retry_after + Duration::from_millis(999);
        HttpResponse::build(status)
            .insert_header((header::RETRY_AFTER, rounded_up.as_secs().max(1).to_string()))
            .body(words)
    }
}
