//! The modules of Python's standard library.

use super::table::Table;

const MODULES: Table = Table::new(include_str!("data/stdlib.txt"));

/// Whether any Python from 3.10 on, on any platform, has a module of this name, private ones included.
///
/// The name is that of a top-level module: `os`, not `os.path`.
pub fn is_stdlib_module(top_level: &str) -> bool {
    MODULES.get(top_level).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

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
