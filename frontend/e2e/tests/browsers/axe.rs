//! Every screen for people who use a screen reader, a keyboard or a narrow window, as axe-core judges it
//! (<https://github.com/dequelabs/axe-core>): names, roles, contrast, and targets of at least 24 px (WCAG 2.2, 2.5.8).

use std::{fs, path::PathBuf};

use banter_e2e::{Browser, Person, Server, eventually};
use serde_json::{Value, json};

/// In CSS pixels. 320 is a window of 1280 at 400 %.
const WIDTHS: [u32; 4] = [320, 360, 768, 1280];

/// What `.ci/test-tools.sh` fetched.
fn axe() -> String {
    let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let folders = fs::read_dir(&tools).unwrap().flatten();
    let mut names = folders.map(|entry| entry.path().join("axe.min.js"));
    let file = names.find(|file| file.is_file());
    fs::read_to_string(file.expect("`make test` fetches axe-core")).unwrap()
}

/// Judges what the page shows at every width and in both themes.
fn judge(person: &Person, axe: &str, screen: &str) -> Vec<String> {
    let page = person.page();
    page.execute(axe, &json!([]));
    let mut found = Vec::new();
    for width in WIDTHS {
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false }),
        );
        for theme in ["light", "dark"] {
            page.execute(
                "document.documentElement.dataset.theme = arguments[0]",
                &json!([theme]),
            );
            // Colours and drawers move for a moment.
            let settled = "return document.getAnimations().every((it) => \
                it.playState !== 'running' || it.effect.getComputedTiming().endTime === Infinity)";
            let is_still = || (page.execute(settled, &json!([])) == true).then_some(());
            assert!(
                eventually(is_still).is_ok(),
                "{screen} does not come to rest"
            );
            found.extend(
                violations(&page.execute(RUN, &json!([])))
                    .map(|what| format!("{screen}, {width} px, {theme}: {what}")),
            );
        }
    }
    found
}

const RUN: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, {
        runOnly: tags,
        rules: { 'target-size': { enabled: true } },
    });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id} (${help}): ${target.join(' ')}: ${failureSummary}`));";

fn violations(found: &Value) -> impl Iterator<Item = String> {
    let found = found.as_array().cloned().unwrap_or_default();
    found
        .into_iter()
        .map(|one| one.as_str().unwrap_or_default().to_owned())
}

#[test]
fn no_screen_keeps_anybody_out_at_any_width() {
    let axe = axe();
    let server = Server::start();
    let browser = Browser::chromium();
    let mut found = Vec::new();
    let ada = Person::new("Ada", &browser, &server);
    ada.opens("/");
    found.extend(judge(&ada, &axe, "the lobby"));
    ada.page().fill("room-input", "tea time");
    ada.page().click("join-room");
    ada.page().fill("name-input", "Ada");
    ada.page().click("join-room");
    ada.sees_error("bad_room");
    found.extend(judge(&ada, &axe, "a refused room"));
    ada.page().fill("room-input", "other.example/r/tea");
    found.extend(judge(&ada, &axe, "another server's invite"));
    let invite = ada.makes_a_room();
    found.extend(judge(&ada, &axe, "an empty room"));
    let bob = Person::new("Bob", &browser, &server);
    bob.enters_by(&invite);
    ada.is_linked_to(1);
    bob.says("Kettle is on.");
    ada.sees("Kettle is on.");
    ada.says("On my way");
    found.extend(judge(&ada, &axe, "a conversation"));
    ada.inspects_the_other();
    found.extend(judge(&ada, &axe, "a person"));
    ada.looks_away();
    for (button, dialog) in [
        ("explain-protection", "what is protected"),
        ("open-renew", "a new invite"),
        ("show-invite", "the invite"),
    ] {
        // In a narrow window the button is in the drawer, which need not be open for this.
        ada.page().execute(
            "document.querySelector(`[data-testid=${arguments[0]}]`).click()",
            &json!([button]),
        );
        found.extend(judge(&ada, &axe, dialog));
        ada.looks_away();
    }
    ada.page().execute(
        "document.querySelector('.people-toggle').click()",
        &json!([]),
    );
    found.extend(judge(&ada, &axe, "the people"));
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
