//! The invite for somebody who stands beside: a QR code, and the link itself.

use banter_protocol::engine::Privacy;
use yew::prelude::*;
use yewdux::prelude::*;

use super::copy_invite::CopyInvite;
use crate::{
    components::ui::{dialog::Dialog, qr_code::QrCode},
    handle::ChatHandle,
    store::ChatStore,
    words::invites,
};

#[derive(Properties, PartialEq)]
pub(crate) struct InviteDialogProps {
    pub(crate) privacy: Privacy,
    pub(crate) on_close: Callback<()>,
}

/// The invite to be photographed.
#[component]
pub(crate) fn InviteDialog(props: &InviteDialogProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let invite = use_selector(|store: &ChatStore| store.room().invite.clone());
    let link = handle
        .zip((*invite).clone())
        .map(|(handle, invite)| handle.invite_link(&invite))
        .unwrap_or_default();
    html! {
        <Dialog title={invites::QR_DIALOG_TITLE} testid="invite-dialog" on_close={props.on_close.clone()}>
            <div class="invite-card">
                <QrCode text={link.clone()} label={invites::QR_CODE_LABEL} />
                <p class="dialog-text">{ invites::qr_advice(props.privacy) }</p>
                <p class="invite-whole" data-testid="invite-link" dir="ltr">{ link }</p>
                <CopyInvite class="is-primary" />
            </div>
        </Dialog>
    }
}
