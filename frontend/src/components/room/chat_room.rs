//! A room: the conversation, and who is in it.

use std::rc::Rc;

use banter_protocol::engine::Privacy;
use yew::prelude::*;

use super::{
    connection_status::ConnectionAdvice,
    move_invites::MoveInvites,
    room_dialog::{OpenDialog, RoomDialog, room_dialogs},
    room_header::RoomHeader,
};
use crate::{
    components::{
        messages::{
            message_input::MessageInput, message_list::MessageList,
            typing_indicator::TypingIndicator,
        },
        people::peer_list::PeerList,
        trust::{key_notices::KeyNotices, room_protection::RoomProtection},
        ui::{
            error_banner::{ForgetfulNote, NoticeBanner},
            focus::{self, MESSAGE_BOX_ID},
            icon::{IconShape, icon},
            relay_switch::RelaySwitch,
            theme_switch::ThemeSwitch,
            update_notice::UpdateNotice,
        },
    },
    store::RoomSeat,
    words::{invites, people, room, ui::CLOSE_LABEL},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ChatRoomProps {
    pub(crate) seat: Rc<RoomSeat>,
}

/// Everything of a room. Where it is narrow, the people are in a drawer.
#[component]
pub(crate) fn ChatRoom(props: &ChatRoomProps) -> Html {
    let people_open = use_state_eq(|| false);
    let people_button = use_node_ref();
    let close_button = use_node_ref();

    let toggle = {
        let people_open = people_open.clone();
        Callback::from(move |_: MouseEvent| people_open.set(!*people_open))
    };
    let close = {
        let people_open = people_open.setter();
        use_callback((), move |(): (), ()| people_open.set(false))
    };
    let close_by_click = close.reform(|_: MouseEvent| ());
    let onkeydown = use_callback(close, |event: KeyboardEvent, close| {
        if event.key() == "Escape" {
            close.emit(());
        }
    });
    {
        let (people_button, close_button) = (people_button.clone(), close_button.clone());
        let was_open = use_mut_ref(|| false);
        use_effect_with(*people_open, move |&is_open| {
            match (was_open.replace(is_open), is_open) {
                (false, true) => focus::focus(&close_button),
                (true, false) => focus::focus(&people_button),
                (false, false) | (true, true) => {}
            }
        });
    }

    // A real jump would put the box's id into the address, which is the invite.
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        focus::focus_message_box();
    });
    let first_dialog = use_context::<RoomDialog>().unwrap_or_default();
    let dialog = use_state_eq(|| first_dialog);
    let open_dialog: OpenDialog = {
        let dialog = dialog.setter();
        use_callback((), move |chosen: RoomDialog, ()| dialog.set(chosen))
    };
    let close_dialog = open_dialog.reform(|(): ()| RoomDialog::Closed);
    let show_invite = open_dialog.reform(|_: MouseEvent| RoomDialog::Invite);
    let seat = &props.seat;
    let private = match seat.privacy {
        Privacy::Open => "false",
        Privacy::Private => "true",
    };
    let open_class = people_open.then_some("is-open");
    html! {
        <ContextProvider<OpenDialog> context={open_dialog}>
        <div
            class="room"
            data-testid="chat-room"
            data-room-id={seat.room.as_str().to_owned()}
            data-private={private}
            {onkeydown}
        >
            <a class="skip-link" href={format!("#{MESSAGE_BOX_ID}")} onclick={skip}>
                { room::SKIP_LINK }
            </a>
            <RoomHeader
                room={seat.room.clone()}
                people_open={*people_open}
                {people_button}
                on_people={toggle}
            />
            <main class="conversation">
                <ConnectionAdvice />
                <UpdateNotice />
                <KeyNotices />
                <MoveInvites />
                <NoticeBanner />
                <MessageList seat={Rc::clone(seat)} />
                <TypingIndicator />
                <MessageInput room={seat.room.clone()} />
                <ForgetfulNote />
            </main>
            <div class={classes!("scrim", open_class)} onclick={close_by_click.clone()} aria-hidden="true" />
            <aside id="people" class={classes!("people", open_class)} aria-labelledby="people-title">
                <div class="people-head">
                    <h2 id="people-title" class="people-title">{ people::LIST_HEADING }</h2>
                    <button
                        type="button"
                        class="button is-quiet is-icon people-invite"
                        data-testid="show-invite"
                        aria-label={invites::QR_BUTTON_LABEL}
                        title={invites::QR_BUTTON_TITLE}
                        aria-haspopup="dialog"
                        onclick={show_invite}
                    >
                        { icon(IconShape::Qr) }
                    </button>
                    <button
                        ref={close_button}
                        type="button"
                        class="button is-quiet is-icon people-close"
                        aria-label={CLOSE_LABEL}
                        onclick={close_by_click}
                    >
                        { icon(IconShape::Close) }
                    </button>
                </div>
                <PeerList seat={Rc::clone(seat)} />
                <div class="people-foot">
                    <RoomProtection privacy={seat.privacy} />
                    <RelaySwitch />
                    <ThemeSwitch />
                </div>
            </aside>
        </div>
        // Beside the room: what is pressed in a dialog is not pressed in the room.
        { room_dialogs(seat, *dialog, &close_dialog) }
        </ContextProvider<OpenDialog>>
    }
}
