//! Sockets of relays.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::RangeInclusive,
};

use socket2::{Domain, Protocol, Socket, Type};
use stun_types::AddressFamily;

use super::relayer::Parity;

/// Ports tried for one relay: with half of them taken, one in a thousand million fails.
const TRIES: usize = 30;
/// What the system may keep until it is read: some tenths of a second at full speed.
const BUFFER: usize = 512 * 1_024;

/// Where relays get their ports from.
#[derive(Debug)]
pub(super) struct Ports {
    range: RangeInclusive<u16>,
    addresses: Vec<IpAddr>,
}

impl Ports {
    /// Relays use the address at which the server listens: the one that peers then also see.
    pub(super) fn new(range: RangeInclusive<u16>, listening: &[SocketAddr]) -> Self {
        let addresses = listening.iter().map(SocketAddr::ip).collect();
        Self { range, addresses }
    }

    /// A socket at a port that cannot be guessed from the last one; none if the range is as good as full.
    pub(super) fn open(
        &self,
        family: AddressFamily,
        parity: Parity,
    ) -> Option<std::net::UdpSocket> {
        let is_ipv4 = family == AddressFamily::IPV4;
        let any: IpAddr = match is_ipv4 {
            true => Ipv4Addr::UNSPECIFIED.into(),
            false => Ipv6Addr::UNSPECIFIED.into(),
        };
        let of_family = self.addresses.iter().find(|ip| ip.is_ipv4() == is_ipv4);
        let ip = of_family.copied().unwrap_or(any);
        let (first, last) = (u32::from(*self.range.start()), u32::from(*self.range.end()));
        (0..TRIES).find_map(|_| {
            let port = first + getrandom::u32().ok()? % (last - first + 1);
            let port = match parity {
                Parity::Any => port,
                Parity::Even => (port & !1).max(first.next_multiple_of(2)),
            };
            let address = SocketAddr::new(ip, u16::try_from(port).ok()?);
            udp(address).ok()
        })
    }
}

/// A UDP socket of its own family alone.
pub(super) fn udp(address: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    // The system may give less, and says nothing.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// A TCP socket of its own family alone, that listens.
pub(super) fn tcp(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    // After a restart the old connections still wait at this address.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(1_024)?;
    Ok(socket.into())
}
