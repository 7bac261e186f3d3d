//! The web app's entry point.

fn main() {
    banter_frontend::app::mount();
}
