//! From the text of a setting to what it means.

use std::{net::ToSocketAddrs, path::PathBuf};

use super::{
    Given, LogFormat, RateLimit, SettingError, Settings, Sourced, backplane,
    reading::{is_host_and_port, list, number_or_off},
    tls, turn,
};
use crate::connection::origin::{AllowedOrigins, Origin};

/// Checks everything that was given; the rest keeps its default.
pub(super) fn settings(given: &Given) -> Result<Settings, SettingError> {
    let mut settings = Settings::default();
    if let Some(value) = given.get("addr") {
        settings.addresses = addresses(value)?;
    }
    if let Some(value) = given.get("max_room_peers") {
        settings.max_room_peers = match value.text.parse::<usize>() {
            Ok(number @ 1..=10_000) => number,
            _ => return Err(value.error("is no size of a room", "write a number from 1 to 10000")),
        };
    }
    if let Some(value) = given.get("rate_limit") {
        settings.rate_limit = rate_limit(value)?;
    }
    settings.tls = tls::parse(given)?;
    if settings.tls.is_some() {
        settings.allowed_origins = AllowedOrigins::OwnOverTls;
    }
    settings.byte_rate = super::admission::byte_rate(given)?;
    settings.admission = super::admission::parse(given)?;
    if let Some(value) = given.get("allowed_origins") {
        settings.allowed_origins = allowed_origins(value)?;
    }
    if let Some(value) = given.get("stun") {
        settings.stun = stun(value)?;
    }
    if let Some(value) = given.get("backplane") {
        settings.backplane = backplane::parse(value)?;
    }
    if let Some(value) = given.get("log_format") {
        settings.log_format = match value.text.as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => return Err(value.error("is no log format", "write text or json")),
        };
    }
    if let Some(value) = given.get("app_dir") {
        settings.app_dir = Some(app_dir(value)?);
    }
    settings.turn = turn::settings(given)?;
    Ok(settings)
}

fn addresses(value: &Sourced) -> Result<Vec<std::net::SocketAddr>, SettingError> {
    let found: Vec<_> = value
        .text
        .to_socket_addrs()
        .map(Iterator::collect)
        .unwrap_or_default();
    if found.is_empty() {
        return Err(value.error("is no address", "write HOST:PORT, as in 127.0.0.1:8080"));
    }
    Ok(found)
}

fn rate_limit(value: &Sourced) -> Result<RateLimit, SettingError> {
    let fix = "write a number of messages a second, or off";
    let number = number_or_off(value, "is no rate", fix)?;
    Ok(number.map_or(RateLimit::Off, |number| RateLimit::On {
        per_second: number.get(),
        burst: number.get(),
    }))
}

fn allowed_origins(value: &Sourced) -> Result<AllowedOrigins, SettingError> {
    let origins: Option<Vec<Origin>> = list(&value.text).map(Origin::parse).collect();
    match origins {
        Some(origins) if !origins.is_empty() => Ok(AllowedOrigins::Listed(origins)),
        _ => Err(value.error(
            "is no list of origins",
            "write them as https://chat.example.org, with commas between them",
        )),
    }
}

fn stun(value: &Sourced) -> Result<Vec<String>, SettingError> {
    let addresses: Vec<String> = list(&value.text).map(str::to_owned).collect();
    if addresses.iter().all(|address| is_stun(address)) {
        return Ok(addresses);
    }
    Err(value.error(
        "is no list of STUN servers",
        "write them as stun:stun.example.org:3478, with commas between them",
    ))
}

/// `stun:` or `stuns:`, a host, perhaps a port (RFC 7064, section 3.1).
fn is_stun(address: &str) -> bool {
    let rest = address
        .strip_prefix("stun:")
        .or_else(|| address.strip_prefix("stuns:"));
    rest.is_some_and(is_host_and_port)
}

fn app_dir(value: &Sourced) -> Result<PathBuf, SettingError> {
    let path = PathBuf::from(&value.text);
    if path.is_dir() {
        return Ok(path);
    }
    Err(value.error("is no folder", "name the folder that holds index.html"))
}
