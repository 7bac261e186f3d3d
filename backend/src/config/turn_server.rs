//! Settings of the relay inside this server.

use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
};

use ipnet::IpNet;

use super::{
    Given, SettingError, Sourced, headings,
    reading::{list, networks},
};
use crate::turn::TurnLimits;

/// Every value is text here; see [`settings`].
#[derive(Debug, clap::Args)]
pub(super) struct TurnServerArgs {
    /// Relay here by UDP and TCP, and answer STUN [default: off]
    #[arg(long, env = "BANTER_TURN_LISTEN", value_name = "IP:PORT,…", help_heading = headings::RELAY)]
    turn_listen: Option<String>,

    /// Where browsers reach this machine [default: --turn-listen]
    #[arg(long, env = "BANTER_PUBLIC_ADDRESS", value_name = "IP,…", help_heading = headings::RELAY)]
    public_address: Option<String>,

    /// Its name, which TLS (turns:) needs [default: none]
    #[arg(long, env = "BANTER_TURN_NAME", value_name = "HOST", help_heading = headings::RELAY)]
    turn_name: Option<String>,

    /// UDP ports of relays [default: 49152-65535]
    #[arg(long, env = "BANTER_TURN_PORTS", value_name = "FIRST-LAST", help_heading = headings::RELAY)]
    turn_ports: Option<String>,

    /// Private addresses that relays may talk to [default: none]
    #[arg(long, env = "BANTER_TURN_ALLOW_PEERS", value_name = "IP/BITS,…", help_heading = headings::RELAY)]
    turn_allow_peers: Option<String>,

    /// How many relays at once [default: 4000]
    #[arg(long, env = "BANTER_TURN_RELAYS", value_name = "NUMBER", allow_negative_numbers = true, help_heading = headings::RELAY)]
    turn_relays: Option<String>,

    /// How many for one address, IPv6 by /64 [default: 400]
    #[arg(long, env = "BANTER_TURN_RELAYS_PER_ADDRESS", value_name = "NUMBER", allow_negative_numbers = true, help_heading = headings::RELAY)]
    turn_relays_per_address: Option<String>,

    /// Bytes a second through one, each way [default: 1250000]
    #[arg(long, env = "BANTER_TURN_BANDWIDTH", value_name = "NUMBER", allow_negative_numbers = true, help_heading = headings::RELAY)]
    turn_bandwidth: Option<String>,
}

/// Those that mean nothing without `turn_listen`.
const NEED_LISTEN: [&str; 7] = [
    "public_address",
    "turn_name",
    "turn_ports",
    "turn_allow_peers",
    "turn_relays",
    "turn_relays_per_address",
    "turn_bandwidth",
];

/// How this server relays.
#[derive(Clone, Debug)]
pub struct TurnServerSettings {
    /// Where clients reach it, by UDP and TCP.
    pub listen: Vec<SocketAddr>,
    /// What relays are announced with: one address of each family at most.
    pub public: Vec<IpAddr>,
    /// What browsers are given instead of an address.
    pub name: Option<String>,
    /// UDP ports of relays.
    pub ports: RangeInclusive<u16>,
    /// Private addresses that relays may talk to all the same.
    pub allowed_peers: Vec<IpNet>,
    /// How many relays, and how much through each.
    pub limits: TurnLimits,
}

impl TurnServerSettings {
    /// With everything else as it is unless somebody says otherwise.
    pub fn new(listen: Vec<SocketAddr>, public: Vec<IpAddr>) -> Self {
        Self {
            listen,
            public,
            name: None,
            // Those that nobody else is given (RFC 6335, section 6).
            ports: 49_152..=65_535,
            allowed_peers: Vec::new(),
            limits: TurnLimits::default(),
        }
    }
}

/// Checks what was given about relaying by this server; none if it shall not.
pub(super) fn settings(given: &Given) -> Result<Option<TurnServerSettings>, SettingError> {
    let listen = match given.get("turn_listen") {
        Some(value) => addresses(value)?,
        None => Vec::new(),
    };
    let Some(first) = given.get("turn_listen").filter(|_| !listen.is_empty()) else {
        let useless = NEED_LISTEN.iter().find_map(|key| given.get(key));
        return match useless {
            Some(value) => Err(value.error(
                "has no use while this server does not relay",
                "set --turn-listen too, as in --turn-listen 0.0.0.0:3478, or leave it out",
            )),
            None => Ok(None),
        };
    };
    let public = match given.get("public_address") {
        Some(value) => public_addresses(value)?,
        None => own_public_addresses(first, &listen)?,
    };
    let mut settings = TurnServerSettings::new(listen, public);
    if let Some(value) = given.get("turn_name") {
        settings.name = Some(name(value)?);
    }
    if let Some(value) = given.get("turn_ports") {
        settings.ports = ports(value)?;
    }
    if let Some(value) = given.get("turn_allow_peers") {
        settings.allowed_peers = allowed_peers(value)?;
    }
    if let Some(value) = given.get("turn_relays") {
        settings.limits.in_all = number(value)?;
    }
    if let Some(value) = given.get("turn_relays_per_address") {
        settings.limits.per_address = number(value)?;
    }
    if let Some(value) = given.get("turn_bandwidth") {
        settings.limits.bytes_per_second = bandwidth(value)?;
    }
    Ok(Some(settings))
}

fn addresses(value: &Sourced) -> Result<Vec<SocketAddr>, SettingError> {
    let addresses: Option<Vec<SocketAddr>> =
        list(&value.text).map(|text| text.parse().ok()).collect();
    addresses.ok_or_else(|| {
        value.error(
            "is no list of addresses to relay at",
            "write ADDRESS:PORT, as in 0.0.0.0:3478 or [::]:3478",
        )
    })
}

/// An address that listens is also what browsers reach, unless it is every address or one that a NAT hides.
fn own_public_addresses(
    value: &Sourced,
    listen: &[SocketAddr],
) -> Result<Vec<IpAddr>, SettingError> {
    let ips: Vec<IpAddr> = listen.iter().map(SocketAddr::ip).collect();
    if ips.iter().any(|ip| ip.is_unspecified() || is_private(*ip)) {
        return Err(value.error(
            "does not say where browsers reach this machine",
            "set --public-address to its public IP address",
        ));
    }
    one_of_each_family(&ips).ok_or_else(|| {
        value.error(
            "names several addresses of one family",
            "set --public-address to the one that relays are announced with",
        )
    })
}

fn public_addresses(value: &Sourced) -> Result<Vec<IpAddr>, SettingError> {
    let ips: Option<Vec<IpAddr>> = list(&value.text).map(|text| text.parse().ok()).collect();
    ips.filter(|ips| !ips.is_empty() && !ips.iter().any(IpAddr::is_unspecified))
        .and_then(|ips| one_of_each_family(&ips))
        .ok_or_else(|| {
            value.error(
                "is no address at which browsers reach this machine",
                "write one IP address of each family at most, as in 203.0.113.7,2001:db8::7",
            )
        })
}

fn one_of_each_family(ips: &[IpAddr]) -> Option<Vec<IpAddr>> {
    let mut found: Vec<IpAddr> = Vec::new();
    for ip in ips {
        match found.iter().find(|known| known.is_ipv4() == ip.is_ipv4()) {
            Some(known) if known == ip => {}
            Some(_) => return None,
            None => found.push(*ip),
        }
    }
    Some(found)
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            // RFC 6598.
            let is_shared = ip.to_bits() >> 22 == 0x0191;
            ip.is_private() || ip.is_link_local() || is_shared
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

fn name(value: &Sourced) -> Result<String, SettingError> {
    let is_name_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_name = !value.text.is_empty() && value.text.chars().all(is_name_character);
    if is_name {
        return Ok(value.text.clone());
    }
    Err(value.error("is no host name", "write it as turn.example.org"))
}

fn ports(value: &Sourced) -> Result<RangeInclusive<u16>, SettingError> {
    let ends = value.text.split_once('-');
    let ends = ends.and_then(|(first, last)| {
        Some((
            first.trim().parse::<u16>().ok()?,
            last.trim().parse::<u16>().ok()?,
        ))
    });
    match ends {
        Some((first, last)) if first >= 1_024 && first <= last => Ok(first..=last),
        Some(_) | None => Err(value.error(
            "is no range of ports",
            "write FIRST-LAST, as in 49152-65535, from 1024 on",
        )),
    }
}

fn allowed_peers(value: &Sourced) -> Result<Vec<IpNet>, SettingError> {
    networks(&value.text).ok_or_else(|| {
        value.error(
            "is no list of addresses",
            "write them as 10.1.0.0/16 or 192.168.1.5, with commas between them",
        )
    })
}

fn number(value: &Sourced) -> Result<usize, SettingError> {
    match value.text.parse() {
        Ok(number @ 1..=1_000_000) => Ok(number),
        Ok(_) | Err(_) => {
            Err(value.error("is no number of relays", "write a number from 1 to 1000000"))
        }
    }
}

fn bandwidth(value: &Sourced) -> Result<u32, SettingError> {
    match value.text.parse() {
        Ok(bytes @ 10_000..) => Ok(bytes),
        Ok(_) | Err(_) => Err(value.error(
            "is too little for a connection, or no number",
            "write a number of bytes a second from 10000 on",
        )),
    }
}
