//! The web app's entry point.

fn main() {
    wasm_bindgen_futures::spawn_local(banter_frontend::app::mount());
}
