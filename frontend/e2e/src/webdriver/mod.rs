//! A small blocking WebDriver client (W3C WebDriver), with the two extensions that the tests need: Chromium's
//! DevTools commands and logs, and WebDriver BiDi for Firefox.

mod bidi;
mod driver_process;
mod session;

pub(crate) use bidi::Bidi;
pub(crate) use driver_process::DriverProcess;
pub(crate) use session::{Session, WebDriverError};
