//! The settings of who may connect, and how many.

use banter_backend::{
    admission::{AddressLimits, AdmissionSettings, CapSettings, ForwardedHeader, ProxySettings},
    config::{Command, SettingError, read},
};
use banter_protocol::token_bucket::Rate;

fn admission(arguments: &[&str]) -> Result<AdmissionSettings, SettingError> {
    let arguments = ["banter"].iter().chain(arguments).map(Into::into);
    match read(arguments)? {
        Command::Run(settings) => Ok(settings.admission),
        Command::Print(text) => panic!("{text}"),
    }
}

#[test]
fn every_limit_is_read() {
    assert_eq!(admission(&[]).unwrap(), AdmissionSettings::default());
    let arguments = "--connections-per-address 9 --arrivals-per-address 5 --max-connections 7 --max-rooms 6 \
                     --max-queued-mib 2 --trusted-proxies 127.0.0.1,10.0.0.0/8,fd00::/8 --forwarded-header Forwarded";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let expected = AdmissionSettings {
        per_address: AddressLimits {
            live: Some(9),
            arrivals: Some(Rate {
                per_second: 5,
                burst: 20,
            }),
        },
        proxies: ProxySettings {
            trusted: ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
                .map(|network| network.parse().unwrap())
                .to_vec(),
            header: ForwardedHeader::Forwarded,
        },
        caps: CapSettings {
            connections: Some(7),
            rooms: 6,
            queued_bytes: 2 * 1024 * 1024,
        },
    };
    assert_eq!(admission(&arguments).unwrap(), expected);
    let off = [
        "--connections-per-address=off",
        "--arrivals-per-address=off",
    ];
    assert_eq!(admission(&off).unwrap().per_address, AddressLimits::OFF);
}

#[test]
fn a_wrong_limit_is_one_line_that_names_it_and_the_fix() {
    for (argument, fix) in [
        ("--connections-per-address=0", "off"),
        ("--connections-per-address=many", "off"),
        ("--arrivals-per-address=-1", "off"),
        ("--trusted-proxies=localhost", "10.0.0.0/8"),
        ("--trusted-proxies=10.0.0.0/33", "10.0.0.0/8"),
        ("--forwarded-header=x-real-ip", "x-forwarded-for"),
        ("--rate-limit-kib=off", "KiB"),
        ("--rate-limit-kib=3", "KiB"),
        ("--max-connections=0", "number"),
        ("--max-rooms=off", "number"),
        ("--max-queued-mib=1.5", "number"),
    ] {
        let error = admission(&[argument]).unwrap_err().to_string();
        let name = argument.split('=').next().unwrap();
        assert!(
            error.contains(name) && error.contains(fix) && error.lines().count() == 1,
            "{argument}: {error}"
        );
    }
}
