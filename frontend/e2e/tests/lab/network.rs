//! A small internet: one public network, the server on it, and clients on it or behind a router of their own.
//!
//! What each kind of router does was checked against RFC 4787: Linux keeps a port where it can, which makes a mapping
//! that does not depend on the endpoint; `--random-fully` makes one for each endpoint. What comes for the router itself
//! must be dropped: otherwise the kernel takes such a packet for a connection of its own, and the next mapping gets
//! another port.

use std::{
    process::{Command, id},
    sync::atomic::{AtomicU32, Ordering},
};

/// The server's address on the public network: a block for measurements (RFC 2544), which no real host has.
pub(crate) const SERVER: &str = "198.18.0.1";

/// What stands between a client and the public network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nat {
    /// Nothing.
    None,
    /// One outside port for each inside port, whoever is spoken to.
    Cone,
    /// Another outside port for each endpoint.
    Symmetric,
    /// A firewall that lets no UDP through.
    UdpBlocked,
}

/// Its namespaces go when it does.
#[derive(Debug)]
pub(crate) struct Network {
    prefix: String,
    clients: u32,
    namespaces: Vec<String>,
}

static NETWORKS: AtomicU32 = AtomicU32::new(0);

impl Network {
    pub(crate) fn new() -> Self {
        let number = NETWORKS.fetch_add(1, Ordering::Relaxed);
        let mut network = Self {
            prefix: format!("bl{}x{number}", id()),
            clients: 0,
            namespaces: Vec::new(),
        };
        let public = network.add("public");
        ip(&format!("-n {public} link add bridge type bridge"));
        ip(&format!("-n {public} link set bridge up"));
        let server = network.add("server");
        network.attach(&server, &format!("{SERVER}/24"));
        network
    }

    /// The namespace of the server.
    pub(crate) fn server(&self) -> String {
        format!("{}server", self.prefix)
    }

    /// A new client; gives its namespace.
    pub(crate) fn client(&mut self, nat: Nat) -> String {
        self.clients += 1;
        let number = self.clients;
        let client = self.add(&format!("c{number}"));
        let outside = format!("198.18.0.{}/24", 10 + number);
        if nat == Nat::None {
            self.attach(&client, &outside);
            ip(&format!("-n {client} route add default via {SERVER}"));
            return client;
        }
        let router = self.add(&format!("r{number}"));
        self.attach(&router, &outside);
        connect(&client, "lan", &router, "inside");
        ip(&format!(
            "-n {client} address add 10.77.{number}.2/24 dev lan"
        ));
        ip(&format!(
            "-n {router} address add 10.77.{number}.1/24 dev inside"
        ));
        ip(&format!(
            "-n {client} route add default via 10.77.{number}.1"
        ));
        run(&format!(
            "ip netns exec {router} sysctl -qw net.ipv4.ip_forward=1"
        ));
        let random = if nat == Nat::Symmetric {
            " --random-fully"
        } else {
            ""
        };
        iptables(
            &router,
            &format!("-t nat -A POSTROUTING -o wan -j MASQUERADE{random}"),
        );
        iptables(&router, "-A INPUT -i wan -j DROP");
        iptables(
            &router,
            "-A FORWARD -i wan -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        );
        iptables(&router, "-A FORWARD -i wan -j DROP");
        if nat == Nat::UdpBlocked {
            iptables(&router, "-A FORWARD -p udp -j DROP");
        }
        // Only counts; see `strangers_met`.
        iptables(&router, &format!("-I FORWARD -i inside ! -d {SERVER}"));
        client
    }

    /// Packets that a client behind a router has sent to anybody but the server.
    pub(crate) fn strangers_met(client: &str) -> u64 {
        let rules = run(&format!(
            "ip netns exec {} iptables -nvxL FORWARD 1",
            router_of(client)
        ));
        rules.split_whitespace().next().unwrap().parse().unwrap()
    }

    fn add(&mut self, name: &str) -> String {
        let name = format!("{}{name}", self.prefix);
        ip(&format!("netns add {name}"));
        ip(&format!("-n {name} link set lo up"));
        self.namespaces.push(name.clone());
        name
    }

    /// Puts a host on the public network.
    fn attach(&self, host: &str, address: &str) {
        let public = format!("{}public", self.prefix);
        let port = format!("p{}", self.namespaces.len());
        connect(host, "wan", &public, &port);
        ip(&format!("-n {public} link set {port} master bridge"));
        ip(&format!("-n {host} address add {address} dev wan"));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in &self.namespaces {
            let _ = Command::new("ip").args(["netns", "delete", name]).status();
        }
    }
}

fn router_of(client: &str) -> String {
    let (prefix, number) = client.rsplit_once('c').unwrap();
    format!("{prefix}r{number}")
}

/// A cable between two hosts.
fn connect(first: &str, first_end: &str, second: &str, second_end: &str) {
    ip(&format!(
        "link add {first_end} netns {first} type veth peer name {second_end} netns {second}"
    ));
    ip(&format!("-n {first} link set {first_end} up"));
    ip(&format!("-n {second} link set {second_end} up"));
}

fn iptables(host: &str, rule: &str) {
    run(&format!("ip netns exec {host} iptables -w {rule}"));
}

fn ip(arguments: &str) {
    run(&format!("ip {arguments}"));
}

fn run(line: &str) -> String {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap())
        .args(words)
        .output()
        .unwrap_or_else(|error| panic!("{line}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{line}: {said} (the lab needs root)"
    );
    String::from_utf8(output.stdout).unwrap()
}
