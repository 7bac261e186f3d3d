//! What the driver does without the engine: the person and the tab, their storage, the address and the looks.

mod drawing;
mod entering;
mod navigation;
mod storage;

use banter_protocol::{
    engine::{Input, Intent, PathPolicy},
    ids::{PeerId, RoomId},
};
use futures_util::future::join;
use yewdux::Dispatch;

use self::{
    drawing::Drawing,
    entering::{Joined, Unlocking},
    storage::{Opening, Profile},
};
use crate::{
    event::{EventSender, JoinRequest, PageEvent, push},
    notice::PageNotice,
    platform::{
        build::{self, BuildWatch},
        preferences::Preferences,
        storage::StorageArea,
        tab_lock::TabClaim,
        tab_storage::TabStorage,
        theme::{self, ThemeChoice},
    },
    store::{ChatStore, PageChange},
};

/// The page around the chat. It shows one room at a time.
#[derive(Debug)]
pub struct Shell {
    dispatch: Dispatch<ChatStore>,
    events: EventSender,
    preferences: Preferences,
    tab: TabStorage,
    profile: Profile,
    /// The tab's id, and the proof that it is its own.
    tab_id: Option<(PeerId, TabClaim)>,
    /// The room that was asked for last.
    joined: Option<Joined>,
    unlocking: Option<Unlocking>,
    /// Whoever asked for a room before the storage was open.
    waiting: Option<JoinRequest>,
    /// The room is being entered by a new invite of the one before.
    moved: bool,
    /// The room whose secret a server has seen.
    exposed: Option<RoomId>,
    drawing: Drawing,
    /// The page's own build, and the question for the server's until it is another.
    build: String,
    watch: Option<BuildWatch>,
}

impl Shell {
    /// Shows what is known before anything happens, and returns to the room where the tab was before a reload.
    pub async fn open(dispatch: Dispatch<ChatStore>, events: EventSender) -> Self {
        let preferences = Preferences::new(StorageArea::local());
        let tab = TabStorage::new(StorageArea::session());
        let choice = preferences.theme();
        theme::apply(choice);
        dispatch.apply(PageChange::Theme(choice));
        let policy = preferences.paths();
        dispatch.apply(PageChange::Paths(policy));
        // Before any room is entered.
        push(&events, Input::Intent(Intent::UsePaths(policy)));
        let build = build::own();
        dispatch.apply(PageChange::Build(build.clone()));
        let (profile, claimed) = join(
            Profile::open(events.clone(), &preferences),
            storage::claim_stored(&tab),
        )
        .await;
        let shell = Self {
            drawing: Drawing::new(dispatch.clone(), events.clone()),
            dispatch,
            preferences,
            watch: Some(BuildWatch::new(events.clone())),
            events,
            build,
            tab,
            profile,
            tab_id: None,
            joined: None,
            unlocking: None,
            waiting: None,
            moved: false,
            exposed: None,
        };
        let mut shell = Self {
            tab_id: shell.read(claimed),
            ..shell
        };
        if shell.profile.opening() == Opening::Settled {
            shell.mark_identity();
        }
        shell.show_lobby();
        if let Some(request) = shell.room_to_return_to() {
            shell.drawing.handle_going_on();
            push(&shell.events, PageEvent::Join(request));
        }
        shell
    }

    /// Draws what was put off.
    pub fn draw(&mut self) {
        self.drawing.draw();
    }

    /// Looks as the person chose, now and on later visits.
    pub fn handle_theme_chosen(&self, choice: ThemeChoice) {
        theme::apply(choice);
        self.report(self.preferences.keep_theme(choice));
        self.dispatch.apply(PageChange::Theme(choice));
    }

    /// Lets connections take the ways that the person chose, now and on later visits.
    pub fn handle_paths_chosen(&self, policy: PathPolicy) {
        self.report(self.preferences.keep_paths(policy));
        self.dispatch.apply(PageChange::Paths(policy));
    }

    /// Asks the server for its build, unless it is known to be another.
    pub fn ask_for_build(&self) {
        if let Some(watch) = &self.watch {
            watch.ask();
        }
    }

    /// Promises an update where the server has another build than this page. Nothing is replaced by itself.
    pub fn handle_build(&mut self, servers: &str) {
        let is_other = !(self.build.is_empty() || self.build == servers.trim());
        if is_other && self.watch.take().is_some() {
            self.dispatch.apply(PageChange::UpdateReady);
        }
    }

    /// The person has put every notice away.
    pub fn handle_notice_dismissed(&mut self) {
        self.drawing.draw();
        self.dispatch.apply(PageChange::NoticesDismissed);
    }

    /// Tells the person something, or nothing any more.
    pub fn show_notice(&self, notice: Option<PageNotice>) {
        self.dispatch.apply(PageChange::Notice(notice));
    }
}
