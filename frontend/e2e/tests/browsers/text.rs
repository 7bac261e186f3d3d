//! Every text arrives as it was written, and as nothing but text.

use banter_e2e::{Browser, Person, Server, SignalingPeer};
use serde_json::json;

/// The longest message, in bytes of UTF-8.
const LONGEST: usize = 48 * 1024;

const SCRIPTS: [&str; 22] = [
    "plain words",
    "Zażółć gęślą jaźń",
    "Съешь ещё этих мягких французских булок",
    "Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία",
    "いろはにほへと ちりぬるを",
    "他们为什么不说中文",
    "키스의 고유조건은 입술끼리 만나야 하고",
    "יְהִי אוֹר ויהי אור",
    "نص حكيم له سر قاطع وذو شأن عظيم",
    "mixed: عربي then English and עברית, 123",
    "ऋषियों को सताने वाले दुष्ट राक्षसों",
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    "ფიქრი მშვენიერი და ხორცი",
    "ሰማይ አይታረስ ንጉሥ አይከሰስ",
    "বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
    "👩🏽\u{200d}🚀 👨\u{200d}👩\u{200d}👧\u{200d}👦 🏳\u{fe0f}\u{200d}🌈 🇺🇳 1\u{fe0f}\u{20e3}",
    "e\u{301} is not \u{e9}, and o\u{308}\u{304} has two marks",
    "Z\u{351}\u{36b}\u{343}a\u{334}\u{335}l\u{321}g\u{322}o\u{347}",
    "a \u{202e}right-to-left override\u{202c} in the middle",
    "𝔐𝔞𝔱𝔥, 𐍈 and \u{10fffd} from the far planes",
    "tabs\tand  double  spaces   stay",
    "first line\n\n  third line, indented\nlast line",
];

const MARKUP: [&str; 18] = [
    "<script>window.pwned = true</script>",
    "<img src=x onerror=\"window.pwned=true\">",
    "<svg onload=window.pwned=true>",
    "<svg><script>window.pwned=true</script></svg>",
    "<iframe srcdoc=\"<script>parent.pwned=true</script>\"></iframe>",
    "<a href=\"javascript:window.pwned=true\">click</a>",
    "<math><mi xlink:href=\"data:text/html,<script>parent.pwned=true</script>\">x</mi></math>",
    "<details open ontoggle=window.pwned=true>",
    "<style>*{display:none !important}</style>",
    "<link rel=stylesheet href=//127.0.0.1:1/x.css>",
    "\"><script>window.pwned=true</script>",
    "'\"`><img src=x onerror=window.pwned=true>",
    "</textarea></li></ol><h1 id=broken-out>out</h1>",
    "<!--<img src=\"--><img src=x onerror=window.pwned=true>",
    "{{constructor.constructor('window.pwned=true')()}} ${window.pwned=true}",
    "&lt;b&gt;not bold&lt;/b&gt; &amp;amp; &#60;i&#62;",
    "expression(window.pwned=true);background:url(javascript:window.pwned=true)",
    "<template><b>inert</b></template><base href=//127.0.0.1:1/>",
];

const ORDINARY: [&str; 8] = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "NaN",
    "0",
];

/// The tags and attribute names of a message's elements, and how many elements stand outside of messages.
const SHAPES: &str = "
    const shape = (root) => [root, ...root.querySelectorAll('*')]
        .map((one) => `${one.tagName} ${[...one.getAttributeNames()].sort().join(' ')}`).join('; ');
    const active = 'script, style, link, iframe, object, embed, base, meta, img, math, template, #broken-out';
    return {
        texts: [...new Set([...document.querySelectorAll('[data-testid=message-text]')].map(shape))],
        active: [...document.querySelectorAll(active)].map(shape),
        pwned: window.pwned ?? null,
    };";

fn two_people(server: &Server) -> (Person, Person) {
    let ada = Person::in_room("Ada", &Browser::chromium(), server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    (ada, bob)
}

fn arrive_as_written(ada: &Person, bob: &Person, texts: &[&str]) {
    for text in texts {
        ada.says(text);
        bob.sees(text);
        ada.sees_status(text, "delivered");
    }
}

#[test]
fn text_of_every_script_arrives_as_it_was_written() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    arrive_as_written(&ada, &bob, &SCRIPTS);
    assert_eq!(bob.looks().texts(), SCRIPTS);
}

#[test]
fn ten_kilobytes_and_the_longest_message_arrive_whole() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    let ten_kilobytes = "Zwölf Boxkämpfer jagen Виктор über den großen 🦊. ".repeat(10_240 / 62);
    let longest = "0123456789abcdef".repeat(LONGEST / 16);
    let longest_wide = "🦊".repeat(LONGEST / 4);
    for text in [ten_kilobytes.trim_end(), &longest, &longest_wide] {
        arrive_as_written(&ada, &bob, &[text]);
    }
}

#[test]
fn a_text_that_is_too_long_stays_in_the_box_with_words_that_say_so() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    // One byte too many, though fewer than half as many characters as are allowed.
    let too_long = format!("{}x", "é".repeat(LONGEST / 2));
    ada.says(&too_long);
    ada.sees_error("too_long");
    assert_eq!(ada.page().value("message-input"), too_long);
    assert!(ada.looks().messages.is_empty());
    let fitting = "é".repeat(LONGEST / 2);
    ada.says(&fitting);
    bob.sees(&fitting);
    ada.sees_that("no error any more", |page| page.error.is_none());
    assert_eq!(bob.looks().messages.len(), 1);
}

#[test]
fn white_space_alone_is_nothing_to_send() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    for nothing in ["", " ", "\n\n", "\u{a0}\u{2003}\t"] {
        ada.says(nothing);
    }
    ada.says("something");
    bob.sees("something");
    for person in [&ada, &bob] {
        assert_eq!(person.looks().texts(), ["something"]);
    }
}

/// Promises 25 and 58.
#[test]
fn markup_in_a_message_is_text() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    arrive_as_written(&ada, &bob, &["harmless"]);
    let before = [&ada, &bob].map(|person| person.page().execute(SHAPES, &json!([])));
    arrive_as_written(&ada, &bob, &MARKUP);
    for (person, before) in [&ada, &bob].into_iter().zip(before) {
        assert_eq!(
            before["texts"].as_array().map(Vec::len),
            Some(1),
            "{before}"
        );
        assert_eq!(
            person.page().execute(SHAPES, &json!([])),
            before,
            "no element, no attribute"
        );
        let probe = person.probe();
        assert!(
            probe.violations.is_empty() && probe.errors.is_empty(),
            "{probe:?}"
        );
    }
    assert_eq!(bob.looks().texts()[1..], MARKUP);
}

/// Promise 25: names from an app and names from whoever writes a client.
#[test]
fn markup_in_a_name_is_text() {
    let server = Server::start_with(&["--rate-limit", "off"]);
    let name = "<img src=x onerror=window.pwned=true>";
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room(name, &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.says("who am I?");
    assert!(
        ada.sees("who am I?")
            .sender
            .is_some_and(|sender| sender.contains(name))
    );
    assert!(ada.looks().peers[0].label.contains(name));
    bob.page().type_keys("message-input", "typing");
    ada.sees_that("the typing line", |page| {
        page.typing.as_ref().is_some_and(|line| line.contains(name))
    });

    let before = ada.page().execute(SHAPES, &json!([]));
    let names = MARKUP
        .into_iter()
        .chain(ORDINARY)
        .filter(|name| name.len() <= 64);
    let names: Vec<&str> = names.collect();
    let _strangers: Vec<SignalingPeer> = names
        .iter()
        .map(|name| SignalingPeer::join(&server, "tea", name))
        .collect();
    let page = ada.sees_that("all strangers", |page| page.peers.len() == names.len() + 1);
    for name in &names {
        assert!(
            page.peers.iter().any(|peer| peer.label.contains(name)),
            "{name}: {page:?}"
        );
    }
    assert_eq!(ada.page().execute(SHAPES, &json!([])), before);
    let probe = ada.probe();
    assert!(
        probe.violations.is_empty() && probe.errors.is_empty(),
        "{probe:?}"
    );
}

/// Promise 36.
#[test]
fn words_that_mean_something_to_javascript_are_ordinary() {
    let server = Server::start();
    for word in ["__proto__", "constructor"] {
        let browser = Browser::chromium();
        let ada = Person::in_room(word, &browser, &server, word);
        let bob = Person::in_room("toString", &browser, &server, word);
        ada.is_linked_to(1);
        assert!(bob.is_linked_to(1).peers[0].label.contains(word));
        arrive_as_written(&ada, &bob, &ORDINARY);
        assert_eq!(bob.looks().texts(), ORDINARY);
        ada.page().reload();
        ada.is_in(word);
        ada.is_linked_to(1);
        assert_eq!(ada.looks().texts(), ORDINARY, "kept over the reload");
    }
}

/// Promise 36: half of a character, which JavaScript can hold and UTF-8 cannot.
#[test]
fn a_lone_surrogate_is_shown_as_the_replacement_character() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    let paste = "
        document.querySelector('[data-testid=message-input]').focus();
        document.execCommand('insertText', false, 'half \\ud83d of it');";
    ada.page().execute(paste, &json!([]));
    ada.page().press_enter("message-input");
    let sent = ada.sees_status("half \u{fffd} of it", "delivered");
    assert_eq!(bob.sees("half \u{fffd} of it").id, sent.id);
}
