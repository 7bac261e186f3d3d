//! Whether rooms span servers, and over what.

use std::fmt;

use async_nats::ServerAddr;

use super::{SettingError, Sourced, headings};

/// As text.
#[derive(Debug, clap::Args)]
pub(super) struct BackplaneArgs {
    /// NATS they share, as nats://HOST:PORT,… [default: local]
    #[arg(long, env = "BANTER_BACKPLANE", value_name = "local|URLS", help_heading = headings::SEVERAL)]
    backplane: Option<String>,
}

/// How servers share rooms.
#[derive(Clone, Debug, Default)]
pub enum BackplaneSettings {
    /// Not at all: this one has its rooms for itself.
    #[default]
    Local,
    /// Over NATS.
    Nats(NatsSettings),
}

/// Where NATS is, and as whom to go there.
#[derive(Clone, Debug)]
pub struct NatsSettings {
    /// Servers of one cluster, without credentials; `tls://` where TLS is a must.
    pub servers: Vec<ServerAddr>,
    /// For all of them.
    pub credentials: Credentials,
}

/// As whom to go to NATS.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// As nobody.
    None,
    /// With a token.
    Token(String),
    /// As a user.
    User {
        /// The name.
        name: String,
        /// The password.
        password: String,
    },
}

/// Hides what is secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Token(_) => "Token(..)",
            Self::User { .. } => "User(..)",
        })
    }
}

/// Reads `local`, or addresses with commas between them.
pub(super) fn parse(value: &Sourced) -> Result<BackplaneSettings, SettingError> {
    if value.text == "local" {
        return Ok(BackplaneSettings::Local);
    }
    let mut servers = Vec::new();
    let mut credentials = Credentials::None;
    for (number, text) in value.text.split(',').map(str::trim).enumerate() {
        let (server, own) = address(text).ok_or_else(|| refused(value, number, text))?;
        servers.push(server);
        if own != Credentials::None {
            if credentials != Credentials::None && credentials != own {
                return Err(SettingError {
                    setting: value.source.clone(),
                    problem: "names more than one user".to_owned(),
                    fix: "give all servers the same user and password".to_owned(),
                });
            }
            credentials = own;
        }
    }
    Ok(BackplaneSettings::Nats(NatsSettings {
        servers,
        credentials,
    }))
}

/// An address with what stands before its `@`.
fn address(text: &str) -> Option<(ServerAddr, Credentials)> {
    let (scheme, rest) = text.split_once("://")?;
    let (userinfo, host) = match rest.rsplit_once('@') {
        Some((userinfo, host)) => (Some(userinfo), host),
        None => (None, rest),
    };
    let is_plain = !host.is_empty() && !host.contains(['/', '?', '#', ' ']);
    if !matches!(scheme, "nats" | "tls") || !is_plain {
        return None;
    }
    let server: ServerAddr = format!("{scheme}://{host}").parse().ok()?;
    let credentials = match userinfo.map(|userinfo| userinfo.split_once(':')) {
        None => Credentials::None,
        Some(None) => Credentials::Token(decode(userinfo?)?),
        Some(Some((name, password))) => Credentials::User {
            name: decode(name)?,
            password: decode(password)?,
        },
    };
    (!server.host().is_empty()).then_some((server, credentials))
}

/// Percent-encoding (RFC 3986, section 2.1), which a password with `@`, `/` or a comma needs.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
}

/// Without a word of what may be a password.
fn refused(value: &Sourced, number: usize, text: &str) -> SettingError {
    let shown = if text.contains('@') {
        format!("address {}", number + 1)
    } else {
        format!("{text:?}")
    };
    SettingError {
        setting: value.source.clone(),
        problem: format!("{shown} is no backplane"),
        fix: "write local, or nats://HOST:PORT with commas between several".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BackplaneSettings, String> {
        let value = Sourced {
            source: "--backplane".to_owned(),
            text: text.to_owned(),
        };
        parse(&value).map_err(|error| error.to_string())
    }

    fn nats(text: &str) -> (Vec<String>, Credentials) {
        let Ok(BackplaneSettings::Nats(settings)) = read(text) else {
            panic!("{text}: {:?}", read(text))
        };
        let servers = settings.servers.iter();
        let servers = servers.map(|it| format!("{}://{}:{}", it.scheme(), it.host(), it.port()));
        (servers.collect(), settings.credentials)
    }

    #[test]
    fn one_server_or_several_with_one_user() {
        assert!(matches!(read("local"), Ok(BackplaneSettings::Local)));
        let none = Credentials::None;
        assert_eq!(
            nats("nats://a"),
            (vec!["nats://a:4222".to_owned()], none.clone())
        );
        assert_eq!(
            nats("tls://a.example:1, nats://[::1]:2"),
            (
                vec!["tls://a.example:1".to_owned(), "nats://::1:2".to_owned()],
                none
            )
        );
        let user = Credentials::User {
            name: "ada".to_owned(),
            password: "a@b,".to_owned(),
        };
        assert_eq!(nats("nats://ada:a%40b%2C@a:1,nats://b:2").1, user);
        assert_eq!(
            nats("nats://t0ken@a").1,
            Credentials::Token("t0ken".to_owned())
        );
        assert_eq!(format!("{user:?}"), "User(..)");
    }

    #[test]
    fn what_is_no_backplane_is_named_without_its_password() {
        let fix = "write local, or nats://HOST:PORT with commas between several";
        for wrong in [
            "",
            "redis://a",
            "nats://",
            "nats://a/b",
            "nats:a",
            "nats://a:99999",
            "a:4222",
        ] {
            let expected = format!("--backplane: {wrong:?} is no backplane; {fix}");
            assert_eq!(read(wrong).unwrap_err(), expected);
        }
        for wrong in [
            "nats://u:secret@",
            "nats://a,nats://u:secret@b/x",
            "nats://u:secret%zz@b",
        ] {
            let error = read(wrong).unwrap_err();
            assert!(
                error.contains("is no backplane") && !error.contains("secret"),
                "{error}"
            );
        }
        let two = read("nats://u:secret@a,nats://v:secret@b").unwrap_err();
        assert!(two.contains("more than one user") && !two.contains("secret"));
    }
}
