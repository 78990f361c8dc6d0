//! The modules of Python's standard library.

use super::table::Table;

const MODULES: Table = Table::new(include_str!("data/stdlib.txt"));

/// Whether any Python from 3.10 on, on any platform, has a module of this name, private ones included.
///
/// The name is that of a top-level module: `os`, not `os.path`.
pub fn is_stdlib_module(top_level: &str) -> bool {
    MODULES.get(top_level).is_some()
}

/// What Python 3.11, 3.12 and 3.13 dropped (PEP 594, PEP 632): a project for these may have the name.
const DROPPED: [&str; 26] = [
    "aifc",
    "asynchat",
    "asyncore",
    "audioop",
    "binhex",
    "cgi",
    "cgitb",
    "chunk",
    "crypt",
    "distutils",
    "imghdr",
    "imp",
    "lib2to3",
    "mailcap",
    "msilib",
    "nis",
    "nntplib",
    "ossaudiodev",
    "pipes",
    "smtpd",
    "sndhdr",
    "spwd",
    "sunau",
    "telnetlib",
    "uu",
    "xdrlib",
];

/// Whether the newest Python has dropped the module of this name.
pub fn is_dropped(top_level: &str) -> bool {
    DROPPED.contains(&top_level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_what_was_dropped() {
        for module in DROPPED {
            assert!(is_dropped(module) && is_stdlib_module(module), "{module}");
        }
        assert!(!is_dropped("os"));
    }

    #[test]
    fn holds_every_supported_python() {
        assert_sorted(MODULES);
        for module in [
            "os",
            "_thread",
            "tomllib",
            "distutils",
            "asynchat",
            "annotationlib",
            "msvcrt",
            "_winapi",
            "__future__",
        ] {
            assert!(is_stdlib_module(module), "{module}");
        }
        for module in ["", "mcp", "os.path", "OS", "typing_extensions", "_typeshed", "_bootlocale", "#"] {
            assert!(!is_stdlib_module(module), "{module}");
        }
    }
}
