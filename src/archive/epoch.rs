//! The one time that every entry of an artifact bears.
//!
//! [`SOURCE_DATE_EPOCH`](https://reproducible-builds.org/specs/source-date-epoch/): "the value MUST be an ASCII
//! representation of an integer with no fractional component". The clock and the files' own times are never asked.

use zip::DateTime;

/// Seconds since 1970-01-01T00:00:00Z, within what a zip archive can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

/// Why a setting is no [`Epoch`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no whole number of seconds since 1970")]
pub struct EpochFault(String);

/// 1980-01-01T00:00:00Z: a zip archive knows no earlier time.
const FIRST: u64 = 315_532_800;
/// 2107-12-31T23:59:58Z: a zip archive knows no later time.
const LAST: u64 = 4_354_819_198;
const DAY: u64 = 24 * 60 * 60;

impl Epoch {
    /// Reads the value of `SOURCE_DATE_EPOCH`; unset, it is the start of 1980.
    ///
    /// A time that a zip archive cannot say becomes the nearest that it can.
    ///
    /// # Errors
    /// When the value is no whole number, is negative or does not fit into 64 bits.
    pub fn from_setting(setting: Option<&str>) -> Result<Self, EpochFault> {
        let Some(text) = setting else { return Ok(Self(FIRST)) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse::<i64>().ok().and_then(|seconds| u64::try_from(seconds).ok());
        match seconds {
            Some(seconds) if digits => Ok(Self(seconds.clamp(FIRST, LAST))),
            _ => Err(EpochFault(text.to_owned())),
        }
    }

    /// For a tar archive.
    pub(super) fn seconds(self) -> u64 {
        self.0
    }

    /// For a zip archive: in UTC, and even, because it counts seconds by two.
    pub(super) fn dos(self) -> DateTime {
        let (year, [month, day, hour, minute, second]) = self.calendar();
        DateTime::from_date_and_time(year, month, day, hour, minute, second)
            .expect("the epoch is clamped to the years of a zip archive")
    }

    /// As RFC 3339 writes it, in UTC.
    pub fn timestamp(self) -> String {
        let (year, [month, day, hour, minute, second]) = self.calendar();
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// The year, and month, day, hour, minute and second.
    fn calendar(self) -> (u16, [u8; 5]) {
        let (mut year, mut days) = (1970, self.0 / DAY);
        while days >= days_of(year) {
            days -= days_of(year);
            year += 1;
        }
        let leap = u64::from(days_of(year) == 366);
        let mut month = 1;
        for length in [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        let of_day = self.0 % DAY;
        let parts = [month, days + 1, of_day / 3600, of_day / 60 % 60, of_day % 60];
        (year, parts.map(|number| u8::try_from(number).expect("a part of a date is small")))
    }
}

fn days_of(year: u16) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_seconds_and_clamps_them() {
        for (setting, seconds) in [
            (None, FIRST),
            (Some("0"), FIRST),
            (Some("1700000000"), 1_700_000_000),
            (Some("99999999999"), LAST),
            (Some("9223372036854775807"), LAST),
        ] {
            assert_eq!(Epoch::from_setting(setting), Ok(Epoch(seconds)), "{setting:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_number_of_seconds() {
        for text in ["abc", "", "1.5", "-1", "+1", " 1", "9223372036854775808", "١"] {
            assert_eq!(Epoch::from_setting(Some(text)), Err(EpochFault(text.to_owned())));
        }
    }

    #[test]
    fn says_the_same_time_in_the_calendar() {
        for (seconds, expected) in [
            (FIRST, (1980, 1, 1, 0, 0, 0)),
            (951_782_399, (2000, 2, 28, 23, 59, 58)),
            (951_782_400, (2000, 2, 29, 0, 0, 0)),
            (1_700_000_000, (2023, 11, 14, 22, 13, 20)),
            (4_107_542_400, (2100, 3, 1, 0, 0, 0)),
            (LAST, (2107, 12, 31, 23, 59, 58)),
        ] {
            let time = Epoch(seconds).dos();
            let parts = (time.year(), time.month(), time.day(), time.hour(), time.minute(), time.second());
            assert_eq!(parts, expected, "{seconds}");
        }
        for (seconds, expected) in [(FIRST, "1980-01-01T00:00:00Z"), (1_700_000_001, "2023-11-14T22:13:21Z")]
        {
            assert_eq!(Epoch(seconds).timestamp(), expected);
        }
    }
}
