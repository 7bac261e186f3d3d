//! Who may connect, and how many.

use std::num::{NonZeroU32, NonZeroUsize};

use banter_protocol::token_bucket::Rate;

use super::{
    BYTES_OF_A_SOCKET, Given, SettingError, Sourced, headings,
    reading::{networks, number_or_off},
};
use crate::admission::{
    AddressLimits, AdmissionSettings, CapSettings, ForwardedHeader, ProxySettings,
};

/// As text; see [`parse`].
#[derive(Debug, clap::Args)]
pub(super) struct AdmissionArgs {
    /// KiB a second from one socket [default: 512, bursts of 8192]
    #[arg(
        long,
        env = "BANTER_RATE_LIMIT_KIB", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    rate_limit_kib: Option<String>,

    /// Sockets of an IPv4 address or IPv6 /64, or off [default: 64]
    #[arg(
        long,
        env = "BANTER_CONNECTIONS_PER_ADDRESS", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    connections_per_address: Option<String>,

    /// New ones of an address a second [default: 10, bursts of 40]
    #[arg(
        long,
        env = "BANTER_ARRIVALS_PER_ADDRESS", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    arrivals_per_address: Option<String>,

    /// Who is believed about addresses, as IP,IP/BITS,… [default: none]
    #[arg(
        long,
        env = "BANTER_TRUSTED_PROXIES", help_heading = headings::SERVING,
        value_name = "NETWORKS"
    )]
    trusted_proxies: Option<String>,

    /// Where: x-forwarded-for, forwarded [default: x-forwarded-for]
    #[arg(long, env = "BANTER_FORWARDED_HEADER", help_heading = headings::SERVING, value_name = "HEADER")]
    forwarded_header: Option<String>,

    /// Sockets in all [default: 20000, if there are files for them]
    #[arg(
        long,
        env = "BANTER_MAX_CONNECTIONS", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    max_connections: Option<String>,

    /// Rooms in all [default: 20000]
    #[arg(
        long,
        env = "BANTER_MAX_ROOMS", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    max_rooms: Option<String>,

    /// MiB in queues, then newcomers wait [default: 256]
    #[arg(
        long,
        env = "BANTER_MAX_QUEUED_MIB", help_heading = headings::LIMITS,
        value_name = "N",
        allow_negative_numbers = true
    )]
    max_queued_mib: Option<String>,
}

/// Bursts are so many times the rate.
const BURST: u32 = 4;

/// Checks them.
pub(super) fn parse(given: &Given) -> Result<AdmissionSettings, SettingError> {
    Ok(AdmissionSettings {
        per_address: per_address(given)?,
        proxies: proxies(given)?,
        caps: caps(given)?,
    })
}

/// Bytes from one socket.
pub(super) fn byte_rate(given: &Given) -> Result<Rate, SettingError> {
    const BURST: u32 = 16;
    let Some(value) = given.get("rate_limit_kib") else {
        return Ok(BYTES_OF_A_SOCKET);
    };
    // A frame of 64 KiB must fit into the burst, and all numbers into 32 bits.
    match value.text.parse::<u32>() {
        Ok(kibibytes @ 4..=65_536) => Ok(Rate {
            per_second: kibibytes * 1024,
            burst: kibibytes * 1024 * BURST,
        }),
        _ => Err(value.error(
            "is no rate of bytes",
            "write a number of KiB a second from 4 to 65536",
        )),
    }
}

fn per_address(given: &Given) -> Result<AddressLimits, SettingError> {
    let mut limits = AddressLimits::default();
    if let Some(value) = given.get("connections_per_address") {
        limits.live = limit(value)?.map(NonZeroU32::get);
    }
    if let Some(value) = given.get("arrivals_per_address") {
        limits.arrivals = limit(value)?.map(|number| Rate {
            per_second: number.get(),
            burst: number.get().saturating_mul(BURST),
        });
    }
    Ok(limits)
}

fn limit(value: &Sourced) -> Result<Option<NonZeroU32>, SettingError> {
    number_or_off(value, "is no limit", "write a number from 1, or off")
}

fn proxies(given: &Given) -> Result<ProxySettings, SettingError> {
    let mut proxies = ProxySettings::default();
    if let Some(value) = given.get("trusted_proxies") {
        proxies.trusted = networks(&value.text).ok_or_else(|| {
            value.error(
                "is no list of proxies",
                "write addresses or networks, as in 127.0.0.1,10.0.0.0/8,fd00::/8",
            )
        })?;
    }
    if let Some(value) = given.get("forwarded_header") {
        proxies.header = match value.text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => ForwardedHeader::XForwardedFor,
            "forwarded" => ForwardedHeader::Forwarded,
            _ => {
                return Err(value.error("is not read", "write x-forwarded-for or forwarded"));
            }
        };
    }
    Ok(proxies)
}

fn caps(given: &Given) -> Result<CapSettings, SettingError> {
    let mut caps = CapSettings::default();
    let number = |key: &str| {
        let value = given.get(key);
        let number = |value: &Sourced| match value.text.parse::<NonZeroUsize>() {
            Ok(number) => Ok(number.get()),
            Err(_) => Err(value.error("is no cap", "write a number from 1")),
        };
        value.map(number).transpose()
    };
    caps.connections = number("max_connections")?;
    caps.rooms = number("max_rooms")?.unwrap_or(caps.rooms);
    if let Some(mebibytes) = number("max_queued_mib")? {
        caps.queued_bytes = mebibytes.saturating_mul(1024 * 1024);
    }
    Ok(caps)
}
