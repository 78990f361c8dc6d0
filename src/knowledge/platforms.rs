//! The modules of the standard library, and the names in others, that only some operating systems have.
//!
//! A line is a module, and behind the tab `posix` or `windows`, or names of it with one of these: `SIGHUP=posix`.

use super::table::Table;

static PLATFORMS: Table = Table::new(include_str!("data/stdlib_platforms.txt"));

/// A family of operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux, macOS and their kin.
    Posix,
    /// Windows.
    Windows,
}

impl Platform {
    /// Those that are not of the family, as users call them.
    pub fn others(self) -> &'static str {
        match self {
            Self::Posix => "Windows",
            Self::Windows => "Linux and macOS",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word {
            "posix" => Some(Self::Posix),
            "windows" => Some(Self::Windows),
            _ => None,
        }
    }
}

/// The only platforms that have the module; none where all do, or nothing is known.
pub fn of_module(module: &str) -> Option<Platform> {
    PLATFORMS.get(module).and_then(Platform::read)
}

/// The only platforms on which a module has the name.
pub fn of_name(module: &str, name: &str) -> Option<Platform> {
    let fields = PLATFORMS.get(module)?.split(' ');
    fields
        .filter_map(|field| field.split_once('='))
        .find(|(known, _)| *known == name)
        .and_then(|(_, word)| Platform::read(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_who_has_what() {
        assert_sorted(&PLATFORMS);
        for (module, platform) in
            [("fcntl", Some(Platform::Posix)), ("msvcrt", Some(Platform::Windows)), ("os", None), ("", None)]
        {
            assert_eq!(of_module(module), platform, "{module}");
        }
        for (module, name, platform) in [
            ("signal", "SIGHUP", Some(Platform::Posix)),
            ("signal", "SIGTERM", None),
            ("os", "fork", Some(Platform::Posix)),
            ("os", "startfile", Some(Platform::Windows)),
            ("os", "path", None),
            ("fcntl", "flock", None),
        ] {
            assert_eq!(of_name(module, name), platform, "{module}.{name}");
        }
    }
}
