//! The standard library of each Python: its modules, and the names and keywords that came and went.
//!
//! A name counts from the first release of a Python that has it; what a bugfix release brought is not told apart.
//! What was there in Python 3.8 was there always.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use super::table::Table;

static MODULES: Table = Table::new(include_str!("data/stdlib_modules.txt"));
static ADDED: Table = Table::new(include_str!("data/stdlib_added.txt"));
static REMOVED: Table = Table::new(include_str!("data/stdlib_removed.txt"));
static KEYWORDS: Table = Table::new(include_str!("data/stdlib_keywords.txt"));
static BUILTINS: Table = Table::new(include_str!("data/stdlib_builtins.txt"));

/// The oldest Python for which top-level names are told: the SDKs need it.
const OLDEST: Minor = Minor(10);

/// A Python 3 by its minor version: `Minor(11)` is Python 3.11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(pub u8);

impl fmt::Display for Minor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "3.{}", self.0)
    }
}

/// Which Pythons have a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// The first that has it; none when all do.
    pub added: Option<Minor>,
    /// The first that no longer has it.
    pub removed: Option<Minor>,
}

/// The newest Python that the tables tell of.
pub const NEWEST: Minor = Minor(15);

/// The first Python that evaluates no annotation before somebody asks for it (PEP 649).
pub const LAZY_ANNOTATIONS: Minor = Minor(14);

/// Which Pythons have the module; none when it is not of the standard library.
///
/// A submodule that is not known lives as long as its parent, whether it exists or not.
pub fn module(name: &str) -> Option<Lifetime> {
    let mut known = name;
    loop {
        if let Some(life) = MODULES.get(known) {
            let (added, removed) = life.split_once('-').unwrap_or_default();
            return Some(Lifetime { added: minor(added), removed: minor(removed) });
        }
        known = known.rsplit_once('.')?.0;
    }
}

/// The public names of a module that came or went while the module itself stayed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names {
    added: Option<&'static str>,
    removed: Option<&'static str>,
}

/// Those of the module; none where nothing is known of it.
pub fn names(module: &str) -> Names {
    Names { added: ADDED.get(module), removed: REMOVED.get(module) }
}

impl Names {
    /// The Pythons that have the name: `TaskGroup`, or `datetime.fromisoformat` of a class.
    pub fn life(self, name: &str) -> Lifetime {
        let number = |fields: Option<&'static str>| minor(number_of(fields?, name)?);
        Lifetime { added: number(self.added), removed: number(self.removed) }
    }
}

/// Whether a class of the standard library gained or lost a method of this name.
pub fn is_changing_method(name: &str) -> bool {
    static METHODS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let methods = changes().filter_map(|(_, name, _)| name.rsplit_once('.').map(|(_, method)| method));
        methods.collect()
    });
    METHODS.contains(name)
}

/// A class and those that it derives from in the same module, as far as one of these gained methods that users call.
pub fn with_bases<'c>(module: &str, class: &'c str) -> impl Iterator<Item = &'c str> {
    let base = match (module, class) {
        ("pathlib", "PosixPath" | "WindowsPath") => &["Path", "PurePath"][..],
        ("pathlib", "Path" | "PurePosixPath" | "PureWindowsPath") => &["PurePath"],
        ("datetime", "datetime") => &["date"],
        _ => &[],
    };
    std::iter::once(class).chain(base.iter().copied())
}

/// The number behind `name` in sorted fields such as `aiter=10 anext=10`.
fn number_of<'t>(fields: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = fields;
    while !rest.is_empty() {
        // the fields are short, and a search for one letter takes longer to begin
        let bytes = rest.as_bytes();
        let start = bytes[..rest.len() / 2].iter().rposition(|byte| *byte == b' ').map_or(0, |end| end + 1);
        let length = bytes[start..].iter().position(|byte| *byte == b' ');
        let end = length.map_or(rest.len(), |length| start + length);
        let equals = start + bytes[start..end].iter().position(|byte| *byte == b'=')?;
        rest = match name.cmp(&rest[start..equals]) {
            std::cmp::Ordering::Equal => return rest.get(equals + 1..end),
            std::cmp::Ordering::Less => &rest[..start],
            std::cmp::Ordering::Greater => rest.get(end + 1..).unwrap_or_default(),
        };
    }
    None
}

/// The Python in which the function or class of the module began to take the keyword.
pub fn keyword_added(module: &str, function: &str, keyword: &str) -> Option<Minor> {
    let mut fields = KEYWORDS.get(module)?.split(' ');
    fields.find_map(|field| {
        let (found, number) = field.strip_prefix(function)?.strip_prefix('.')?.split_once('=')?;
        (found == keyword).then(|| minor(number))?
    })
}

/// All modules that come or go, and the names that come or go in modules, with the Pythons that have them; the name of
/// a module itself is empty.
pub fn changes() -> impl Iterator<Item = (&'static str, &'static str, Lifetime)> {
    let lives = |(module, life): (&'static str, &'static str)| {
        let (added, removed) = life.split_once('-').unwrap_or_default();
        (module, "", Lifetime { added: minor(added), removed: minor(removed) })
    };
    let names = |table: &'static Table, life: fn(Option<Minor>) -> Lifetime| {
        table.entries().flat_map(move |(module, fields)| {
            let fields = fields.split(' ').filter_map(|field| field.split_once('='));
            fields.map(move |(name, number)| (module, name, life(minor(number))))
        })
    };
    let added = names(&ADDED, |added| Lifetime { added, removed: None });
    let removed = names(&REMOVED, |removed| Lifetime { added: None, removed });
    MODULES.entries().map(lives).chain(added).chain(removed)
}

/// The top-level modules that any Python has or had.
pub fn top_levels() -> impl Iterator<Item = &'static str> {
    MODULES.entries().map(|(module, _)| module).filter(|module| !module.contains('.'))
}

/// Whether any Python from 3.10 on, on any platform, has a module of this name, private ones included.
///
/// The name is that of a top-level module: `os`, not `os.path`.
pub fn is_stdlib_module(top_level: &str) -> bool {
    let lives = |life: Lifetime| life.removed.is_none_or(|removed| removed > OLDEST);
    !top_level.contains('.') && module(top_level).is_some_and(lives)
}

/// Whether every module of some Python, on some platform, has the name without binding it: `len`, `WindowsError`, and
/// `__file__` as any other name that Python keeps to itself.
pub fn is_builtin(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__") || BUILTINS.get(name).is_some()
}

/// Whether the newest Python has dropped the module of this name: a project for it may have the name.
pub fn is_dropped(top_level: &str) -> bool {
    module(top_level).is_some_and(|life| life.removed.is_some())
}

fn minor(number: &str) -> Option<Minor> {
    number.parse().ok().map(Minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_when_modules_live() {
        let life = |added: u8, removed: u8| {
            let some = |minor| Some(Minor(minor)).filter(|minor| minor.0 > 0);
            Some(Lifetime { added: some(added), removed: some(removed) })
        };
        for (name, known) in [
            ("os", life(0, 0)),
            ("os.path", life(0, 0)),
            ("tomllib", life(11, 0)),
            ("zoneinfo", life(9, 0)),
            ("annotationlib", life(14, 0)),
            ("cgi", life(0, 13)),
            ("distutils", life(0, 12)),
            ("distutils.core", life(0, 12)),
            ("distutils.command.bdist_msi", life(0, 11)),
            ("asyncio.taskgroups", life(11, 0)),
            ("concurrent.interpreters", life(14, 0)),
            ("wsgiref.types", life(11, 0)),
            ("binhex", life(0, 11)),
            ("_thread", life(0, 0)),
            ("numpy", None),
            ("", None),
            (".os", None),
        ] {
            assert_eq!(module(name), known, "{name}");
        }
    }

    #[test]
    fn knows_what_came_and_went() {
        for (module, name, added, removed) in [
            ("asyncio", "TaskGroup", Some(11), None),
            ("asyncio", "timeout", Some(11), None),
            ("asyncio", "get_child_watcher", None, Some(14)),
            ("typing", "override", Some(12), None),
            ("typing", "Self", Some(11), None),
            ("typing", "Optional", None, None),
            ("datetime", "UTC", Some(11), None),
            ("enum", "StrEnum", Some(11), None),
            ("itertools", "batched", Some(12), None),
            ("itertools", "pairwise", Some(10), None),
            ("builtins", "ExceptionGroup", Some(11), None),
            ("builtins", "aiter", Some(10), None),
            ("builtins", "str.removeprefix", Some(9), None),
            ("pathlib", "Path.walk", Some(12), None),
            ("array", "array.clear", Some(13), None),
            ("ast", "Num", None, Some(14)),
            ("unittest", "makeSuite", None, Some(13)),
            ("os", "path", None, None),
            ("nothing", "name", None, None),
            ("asyncio", "", None, None),
            ("asyncio", "Task", None, None),
        ] {
            let life = Lifetime { added: added.map(Minor), removed: removed.map(Minor) };
            assert_eq!(names(module).life(name), life, "{module}.{name}");
        }
    }

    #[test]
    fn knows_keywords() {
        for (module, function, keyword, added) in [
            ("builtins", "zip", "strict", Some(10)),
            ("builtins", "map", "strict", Some(14)),
            ("dataclasses", "dataclass", "slots", Some(10)),
            ("dataclasses", "dataclass", "frozen", None),
            ("asyncio", "create_task", "context", Some(11)),
            ("builtins", "zi", "p.strict", None),
            ("builtins", "zip", "", None),
            ("nothing", "zip", "strict", None),
        ] {
            assert_eq!(keyword_added(module, function, keyword), added.map(Minor), "{module}.{function}");
        }
    }

    #[test]
    fn tables_are_sorted_and_of_known_pythons() {
        assert_sorted(&MODULES);
        for table in [&ADDED, &REMOVED, &KEYWORDS] {
            assert_sorted(table);
            for (module, changes) in table.entries() {
                assert!(super::module(module).is_some(), "{module}");
                assert!(changes.split(' ').is_sorted_by_key(|change| change.split('=').next()), "{module}");
                for change in changes.split(' ') {
                    let (name, number) = change.split_once('=').expect("a name and a Python");
                    let minor = minor(number).expect("a number");
                    assert!(Minor(8) < minor && minor <= NEWEST, "{module}.{change}");
                    assert_eq!(number_of(changes, name), Some(number), "{module}.{change}");
                }
            }
        }
    }

    #[test]
    fn knows_what_every_module_has() {
        assert_sorted(&BUILTINS);
        for name in ["len", "WindowsError", "ExceptionGroup", "frozendict", "exit", "__file__", "__class__"] {
            assert!(is_builtin(name), "{name}");
        }
        for name in ["Optional", "unicode", "reveal_type", "_", "____", "", "path"] {
            assert!(!is_builtin(name), "{name}");
        }
    }

    #[test]
    fn knows_what_was_dropped() {
        for module in
            ["aifc", "asyncore", "binhex", "cgi", "crypt", "distutils", "imp", "telnetlib", "xdrlib"]
        {
            assert!(is_dropped(module) && is_stdlib_module(module), "{module}");
        }
        for module in ["os", "tomllib", "numpy"] {
            assert!(!is_dropped(module), "{module}");
        }
    }

    #[test]
    fn holds_every_supported_python() {
        for module in [
            "os", "_thread", "tomllib", "distutils", "asynchat", "annotationlib", "msvcrt", "_winapi",
            "__future__",
        ] {
            assert!(is_stdlib_module(module), "{module}");
        }
        for module in
            ["", "mcp", "os.path", "OS", "typing_extensions", "_typeshed", "_bootlocale", "formatter", "#"]
        {
            assert!(!is_stdlib_module(module), "{module}");
        }
    }
}
