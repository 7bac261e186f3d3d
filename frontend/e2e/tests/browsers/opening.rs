//! A page whose parts do not all arrive says so in words, and opens by itself once they do.

use std::{
    fs,
    path::{Path, PathBuf},
};

use banter_e2e::{Browser, Kind, Page, Server, eventually};
use serde_json::json;

/// The app as it is built, in a folder that the server reads at each request, and a folder beside it.
struct AppFolder {
    app: PathBuf,
    away: PathBuf,
    _folder: tempfile::TempDir,
}

impl AppFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folder = Self {
            app: folder.path().join("app"),
            away: folder.path().join("away"),
            _folder: folder,
        };
        Server::copy_app(&folder.app);
        fs::create_dir(&folder.away).unwrap();
        folder
    }

    fn server(&self) -> Server {
        Server::start_with(&["--app-dir", self.app.to_str().unwrap()])
    }

    /// Takes away what is called `stem-HASH.extension`, also as it is compressed.
    fn take_away(&self, stem: &str, extension: &str) {
        let taken = carry(&self.app, &self.away, |name| {
            name.starts_with(&format!("{stem}-")) && name.contains(&format!(".{extension}"))
        });
        assert!(taken > 0, "there is no {stem}.{extension}");
    }

    fn bring_back(&self) {
        carry(&self.away, &self.app, |_| true);
    }
}

fn carry(from: &Path, to: &Path, which: impl Fn(&str) -> bool) -> usize {
    let entries = fs::read_dir(from)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names = entries.filter(|name| which(name.to_str().unwrap()));
    let carried = names.map(|name| fs::rename(from.join(&name), to.join(&name)).unwrap());
    carried.count()
}

/// A browser that may complain of what these tests take away.
fn patient_browser(kind: Kind) -> Browser {
    let browser = Browser::start(kind);
    for part in [
        "404",
        "boot-",
        "app-",
        "style-",
        "opening-",
        "NetworkError",
        "Failed to fetch",
    ] {
        browser.excuse(part);
    }
    browser
}

fn shown(page: &Page) -> String {
    let text = page.execute("return document.body?.innerText ?? ''", &json!([]));
    text.as_str().unwrap_or_default().to_owned()
}

fn sees_words(page: &Page, words: &str) {
    if eventually(|| shown(page).contains(words).then_some(())).is_err() {
        page.fail(&format!("the page does not say {words:?}"));
    }
}

#[test]
fn a_page_whose_script_or_wasm_is_missing_says_so_and_opens_once_it_is_there() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = AppFolder::new();
        let server = folder.server();
        for (stem, extension) in [("boot", "js"), ("app", "js"), ("app", "wasm")] {
            folder.take_away(stem, extension);
            // A new one each time: what has arrived once is kept.
            let browser = patient_browser(kind);
            let page = browser.open_window();
            page.goto(&format!("{}/r/tea", server.origin()));
            sees_words(&page, "A part of Banter did not arrive");
            sees_words(&page, "Try again");
            assert!(!page.has("name-input"), "{stem}.{extension}");
            folder.bring_back();
            page.wait_for_element("name-input");
            assert_eq!(page.value("room-input"), "tea");
        }
    }
}

#[test]
fn a_person_can_try_again_by_hand_and_keeps_the_whole_invite() {
    let folder = AppFolder::new();
    let server = folder.server();
    let browser = patient_browser(Kind::Chromium);
    folder.take_away("boot", "js");
    let page = browser.open_window();
    let invite = format!("/r/p_{}#{}", "a7".repeat(16), "A".repeat(43));
    page.goto(&format!("{}{invite}", server.origin()));
    sees_words(&page, "Try again");
    folder.bring_back();
    page.click("try-again");
    page.wait_for_element("name-input");
    assert_eq!(page.address(), format!("{}{invite}", server.origin()));
}

/// Promise 59: no script stands in the page itself, so this is the style's doing.
#[test]
fn without_any_script_of_the_page_there_are_words_all_the_same() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = AppFolder::new();
        let server = folder.server();
        let browser = patient_browser(kind);
        for stem in ["boot", "app", "opening"] {
            folder.take_away(stem, "js");
        }
        let page = browser.open_window();
        page.goto(&server.origin());
        assert!(!shown(&page).contains("taking long"));
        sees_words(&page, "reload the page");
        // And where the style is missing besides, nothing hides them.
        folder.take_away("style", "css");
        page.goto(&format!("{}/r/tea", server.origin()));
        sees_words(&page, "reload the page");
    }
}

#[test]
fn a_page_without_its_style_works_and_gets_it_once_it_is_there() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = AppFolder::new();
        let server = folder.server();
        let browser = patient_browser(kind);
        folder.take_away("style", "css");
        let page = browser.open_window();
        page.goto(&server.origin());
        page.wait_for_element("name-input");
        sees_words(&page, "looks did not arrive");
        page.fill("name-input", "Ada");
        folder.bring_back();
        // Nobody may look into one that did not arrive.
        let sheets = "
            const hasRules = (sheet) => { try { return sheet.cssRules.length > 0; } catch { return false; } };
            return [...document.styleSheets].filter(hasRules).length;";
        let is_styled = || (page.execute(sheets, &json!([])) == 1).then_some(());
        assert!(
            eventually(is_styled).is_ok(),
            "the style does not come by itself"
        );
        let is_silent = || (!shown(&page).contains("looks did not arrive")).then_some(());
        assert!(eventually(is_silent).is_ok(), "the words stay");
        assert_eq!(page.value("name-input"), "Ada", "nothing typed is lost");
    }
}

#[test]
fn a_page_whose_server_went_away_while_it_loaded_opens_once_the_server_is_back() {
    let folder = AppFolder::new();
    let mut server = folder.server();
    let browser = patient_browser(Kind::Chromium);
    browser.excuse_unreachable_server();
    folder.take_away("app", "wasm");
    let page = browser.open_window();
    page.goto(&server.origin());
    server.kill();
    sees_words(&page, "A part of Banter did not arrive");
    folder.bring_back();
    server.start_again();
    page.wait_for_element("name-input");
}
