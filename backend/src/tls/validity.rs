//! Until when a certificate is good, so that an operator is warned before visitors are.
//!
//! Only as much of X.509 as leads there (RFC 5280, section 4.1): in `Certificate`, `TBSCertificate`, after
//! version, serial number, signature algorithm and issuer, comes `Validity` with two times.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

/// A second of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UtcTime {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// The end of a certificate's validity; `None` where it is not read.
pub(super) fn not_after(certificate: &[u8]) -> Option<UtcTime> {
    let (_, certificate, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, mut fields, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    if let Some((VERSION, _, rest)) = element(fields) {
        fields = rest;
    }
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    UtcTime::parse(tag, std::str::from_utf8(time).ok()?)
}

/// Tag, content and what follows of a DER element (X.690, section 8.1) with a definite length.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(count)?;
        let length = digits
            .iter()
            .fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

impl UtcTime {
    /// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ` (RFC 5280, section 4.1.2.5).
    fn parse(tag: u8, text: &str) -> Option<Self> {
        let digits = text.strip_suffix('Z')?;
        let (year, rest) = match tag {
            UTC_TIME => {
                let (year, rest) = two(digits)?;
                (if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            GENERALIZED_TIME => {
                let (century, rest) = two(digits)?;
                let (year, rest) = two(rest)?;
                (century * 100 + year, rest)
            }
            _ => return None,
        };
        let (month, rest) = two(rest)?;
        let (day, rest) = two(rest)?;
        let (hour, rest) = two(rest)?;
        let (minute, rest) = two(rest)?;
        let (second, rest) = two(rest)?;
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day) && rest.is_empty();
        is_date.then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        })
    }

    /// Seconds since the Unix epoch.
    pub fn unix_seconds(self) -> i64 {
        // Years begin in March here, so that the day that may be missing is the last one.
        let year = self.year - i64::from(self.month <= 2);
        let month = (self.month + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days = days + day_of_year - 719_468;
        ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second
    }

    /// Whether that second is over.
    pub fn is_past(self) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(now.as_secs()).is_ok_and(|now| now > self.unix_seconds())
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year, month, day, ..
        } = self;
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

/// A number of two digits, and what follows.
fn two(text: &str) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((digits.parse().ok().filter(|_| is_number)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (tag, text, seconds) in [
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (UTC_TIME, "240229120000Z", Some(1_709_208_000)),
            (UTC_TIME, "261124150001Z", Some(1_795_532_401)),
            (GENERALIZED_TIME, "20500101000000Z", Some(2_524_608_000)),
            (GENERALIZED_TIME, "99991231235959Z", Some(253_402_300_799)),
            (UTC_TIME, "261324150001Z", None),
            (UTC_TIME, "26112415000Z", None),
            (UTC_TIME, "261124150001+0100", None),
            (UTC_TIME, "2611241500+1Z", None),
            (0x04, "261124150001Z", None),
        ] {
            let read = UtcTime::parse(tag, text).map(UtcTime::unix_seconds);
            assert_eq!(read, seconds, "{text}");
        }
    }

    #[test]
    fn a_certificate_says_until_when_it_is_good() {
        let key = rcgen::KeyPair::generate().unwrap();
        for year in [2030, 2049, 2050, 4096] {
            let mut parameters = rcgen::CertificateParams::new(["chat.example".into()]).unwrap();
            parameters.not_after = rcgen::date_time_ymd(year, 3, 1);
            let certificate = parameters.self_signed(&key).unwrap();
            let read = not_after(certificate.der()).unwrap();
            assert_eq!(read.to_string(), format!("{year}-03-01"));
            assert!(!read.is_past());
        }
    }

    #[test]
    fn whatever_it_is_given_it_reads_no_further() {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(["chat.example".into()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let bytes = certificate.der();
        for end in 0..bytes.len() {
            assert_eq!(not_after(&bytes[..end]), None, "{end} bytes");
        }
        for place in 0..bytes.len().min(300) {
            let mut changed = bytes.to_vec();
            changed[place] ^= 0xff;
            let _ = not_after(&changed);
        }
    }
}
