//! Promise 21: wasm in a browser gives the same bytes as the native build.

#[path = "../../../protocol/tests/vectors_check/mod.rs"]
mod vectors_check;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_topic_gives_the_frozen_bytes() {
    vectors_check::TOPICS.iter().for_each(vectors_check::check);
}
