//! Names.

use banter_frontend::platform::text;
use banter_protocol::names::PersonName;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn names_that_look_alike_are_alike() {
    for (typed, name) in [
        ("\u{ff21}\u{ff44}\u{ff41}", "Ada"),
        ("e\u{301}", "\u{e9}"),
        ("\u{fb01}sh", "fish"),
        ("\u{674e}\u{5c0f}\u{9f8d}", "\u{674e}\u{5c0f}\u{9f8d}"),
        ("", ""),
    ] {
        assert_eq!(text::normalized(typed), name);
    }
    // Sixty-four bytes are counted after that.
    let wide = "\u{ff21}".repeat(64);
    assert!(wide.parse::<PersonName>().is_err());
    assert!(text::normalized(&wide).parse::<PersonName>().is_ok());
}
