//! The dialogs of a room that the person opens themselves; whom they look closely at is in the store.

use yew::prelude::*;

use super::{invite_dialog::InviteDialog, renew_dialog::RenewDialog};
use crate::{
    components::{
        people::person_dialog::PersonDialog, trust::protection_dialog::protection_dialog,
    },
    store::RoomSeat,
};

/// Which dialog is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoomDialog {
    /// None.
    #[default]
    Closed,
    /// What the room protects.
    Protection,
    /// A new invite for those who are chosen.
    Renew,
    /// The invite as a QR code.
    Invite,
}

/// Opens a dialog; components deep in the room take it from a `ContextProvider`.
pub(crate) type OpenDialog = Callback<RoomDialog>;

/// A button's way to a dialog.
#[hook]
pub(crate) fn use_open_dialog(dialog: RoomDialog) -> Callback<MouseEvent> {
    let open = use_context::<OpenDialog>();
    use_callback((open, dialog), |_: MouseEvent, (open, dialog)| {
        if let Some(open) = open {
            open.emit(*dialog);
        }
    })
}

/// The dialog that is open.
pub(crate) fn room_dialogs(seat: &RoomSeat, open: RoomDialog, on_close: &Callback<()>) -> Html {
    let dialog = match open {
        RoomDialog::Closed => Html::default(),
        RoomDialog::Protection => protection_dialog(seat.privacy, on_close),
        RoomDialog::Renew => html! { <RenewDialog {on_close} /> },
        RoomDialog::Invite => {
            html! { <InviteDialog privacy={seat.privacy} {on_close} /> }
        }
    };
    html! {
        <>
            { dialog }
            <PersonDialog />
        </>
    }
}
