use super::*;
use crate::spec::marker_space::MarkerEnvironment;
use crate::spec::requirement::Requirement;
use std::fs;
use std::path::{Path, PathBuf};

fn read(file_name: &str, text: &str) -> Result<Lock, LockFault> {
    Lock::read(file_name, text, &LockedProject { name: "weather", groups: &[], markers: &[] })
}

/// The projects that uv locked: `scripts/reference_locks.py` remakes what it made of them.
fn folders() -> Vec<PathBuf> {
    let folders = fs::read_dir("tests/data/locks").expect("the folder is there");
    let mut folders: Vec<PathBuf> = folders.map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders
}

/// The name of the project in a folder.
fn name(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("pyproject.toml")).expect("the project");
    let project = data::toml(&text).expect("TOML");
    name::normalize(text_of(project.get("project").expect("a table"), "name").expect("a name"))
}

/// What is installed in each of many environments, of requirements one a line.
fn installed(pins: &[String], requires_python: &VersionSpecifiers) -> Vec<Vec<String>> {
    let requirements: Vec<Requirement> =
        pins.iter().map(|pin| Requirement::parse(pin).expect("a requirement")).collect();
    let markers = requirements.iter().filter_map(|requirement| requirement.marker.as_ref());
    let mut space = MarkerSpace::new(markers, None, Vec::new());
    let environments = environments().into_iter().filter(|one| requires_python.contains(&one.python));
    environments
        .flat_map(|environment| [(environment.clone(), false), (environment, true)])
        .map(|(environment, otherwise)| {
            let held = requirements.iter().filter(|requirement| {
                requirement.marker.as_ref().is_none_or(|marker| {
                    let set = space.of(marker);
                    space.contains(set, &environment, otherwise)
                })
            });
            held.map(|requirement| requirement.text.split(" ;").next().unwrap_or_default().to_owned())
                .collect()
        })
        .collect()
}

fn environments() -> Vec<MarkerEnvironment> {
    const WORDS: [&[(&str, &str)]; 6] = [
        &[
            ("os_name", "posix"),
            ("sys_platform", "linux"),
            ("platform_system", "Linux"),
            ("platform_machine", "x86_64"),
            ("implementation_name", "cpython"),
            ("platform_python_implementation", "CPython"),
        ],
        &[
            ("os_name", "posix"),
            ("sys_platform", "linux"),
            ("platform_system", "Linux"),
            ("platform_machine", "aarch64"),
            ("implementation_name", "pypy"),
            ("platform_python_implementation", "PyPy"),
        ],
        &[
            ("os_name", "posix"),
            ("sys_platform", "darwin"),
            ("platform_system", "Darwin"),
            ("platform_machine", "arm64"),
            ("implementation_name", "cpython"),
            ("platform_python_implementation", "CPython"),
        ],
        &[
            ("os_name", "nt"),
            ("sys_platform", "win32"),
            ("platform_system", "Windows"),
            ("platform_machine", "AMD64"),
            ("implementation_name", "cpython"),
            ("platform_python_implementation", "CPython"),
        ],
        &[
            ("os_name", "posix"),
            ("sys_platform", "emscripten"),
            ("platform_system", "Emscripten"),
            ("platform_machine", "wasm32"),
            ("implementation_name", "cpython"),
            ("platform_python_implementation", "CPython"),
        ],
        &[
            ("os_name", "posix"),
            ("sys_platform", "cygwin"),
            ("platform_system", "CYGWIN_NT"),
            ("platform_machine", "x86_64"),
            ("implementation_name", "graalpy"),
            ("platform_python_implementation", "GraalVM"),
        ],
    ];
    let pythons = (9..17).flat_map(|minor| [0, 3, 11].map(|patch| Version::new([3, minor, patch])));
    pythons
        .flat_map(|python| WORDS.map(|words| MarkerEnvironment { python: python.clone(), words }))
        .collect()
}

#[test]
fn pins_what_uv_pins_in_every_environment() {
    for folder in folders() {
        let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a file of the folder");
        let expected: Vec<String> = read("pins.txt").lines().map(str::to_owned).collect();
        let name = name(&folder);
        let project = LockedProject { name: &name, groups: &[], markers: &[] };
        for file in ["uv.lock", "pylock.toml"] {
            let mut lock = Lock::read(file, &read(file), &project).expect("a lock");
            let pins = lock.pins().expect("pins");
            let python = lock.requires_python.expect("Pythons");
            assert_eq!(
                installed(&pins, &python),
                installed(&expected, &python),
                "{}/{file}: {pins:#?}",
                folder.display()
            );
        }
    }
}

const HEAD: &str = "version = 1\nrevision = 5\nrequires-python = \">=3.10\"\n[[package]]\nname = \"weather\"\n\
                    source = { editable = \".\" }\n";

fn package(name: &str, source: &str) -> String {
    format!("[[package]]\nname = \"{name}\"\nversion = \"1.0\"\nsource = {{ {source} }}\n")
}

#[test]
fn tells_where_a_package_comes_from() {
    for (source, origin) in [
        ("registry = \"https://pypi.org/simple\"", Origin::Index),
        ("git = \"https://example.org/a?rev=1#abc\"", Origin::Repository),
        ("url = \"https://example.org/a-1.0-py3-none-any.whl\"", Origin::Url),
        ("path = \"a-1.0-py3-none-any.whl\"", Origin::Archive),
        ("directory = \"a\"", Origin::Folder),
        ("editable = \"a\"", Origin::Folder),
        ("virtual = \"a\"", Origin::Folder),
    ] {
        let text = format!("{HEAD}dependencies = [{{ name = \"a\" }}]\n{}", package("a", source));
        let lock = read("uv.lock", &text).expect("a lock");
        assert_eq!(lock.packages.iter().map(|one| one.origin).collect::<Vec<_>>(), [origin], "{source}");
    }
    for (rest, origin) in [
        ("version = \"1.0\"", Origin::Index),
        ("version = \"1.0\"\nindex = \"https://pypi.org/simple\"", Origin::Index),
        (
            "vcs = { type = \"git\", url = \"https://example.org/a\", commit-id = \"abc\" }",
            Origin::Repository,
        ),
        ("archive = { url = \"https://example.org/a.zip\", hashes = {} }", Origin::Url),
        ("archive = { path = \"a.zip\", hashes = {} }", Origin::Archive),
        ("directory = { path = \"a\" }", Origin::Folder),
    ] {
        let text =
            format!("lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"a\"\n{rest}\n");
        for name in ["pylock.toml", "pylock.release.toml"] {
            let lock = read(name, &text).expect("a lock");
            assert_eq!(lock.packages.iter().map(|one| one.origin).collect::<Vec<_>>(), [origin], "{rest}");
        }
    }
}

#[test]
fn follows_extras_and_circles_and_leaves_groups_out() {
    let index = "registry = \"https://pypi.org/simple\"";
    let text = format!(
        "{HEAD}dependencies = [{{ name = \"a\", extra = [\"x\"] }}, {{ name = \"weather\", extra = [\"own\"] }}]\n\
         [package.optional-dependencies]\nown = [{{ name = \"d\", marker = \"os_name == 'nt'\" }}]\n\
         other = [{{ name = \"e\" }}]\n[package.dev-dependencies]\ndev = [{{ name = \"f\" }}]\n\
         {}dependencies = [{{ name = \"c\", marker = \"python_full_version < '3.11'\" }}]\n\
         [package.optional-dependencies]\nx = [{{ name = \"b\" }}]\n\
         {}dependencies = [{{ name = \"a\" }}]\n{}{}{}{}",
        package("a", index),
        package("b", index),
        package("c", index),
        package("d", index),
        package("e", index),
        package("f", index),
    );
    let pins = read("uv.lock", &text).expect("a lock").pins().expect("pins");
    let expected = ["a==1.0", "b==1.0", "c==1.0 ; python_full_version < '3.11'", "d==1.0 ; os_name == 'nt'"];
    assert_eq!(pins, expected);
}

#[test]
fn a_python_that_an_entry_asks_for_is_part_of_its_marker() {
    let text = "lock-version = \"1.0\"\ncreated-by = \"x\"\nrequires-python = \">=3.10\"\ndefault-groups = [\"default\", \"dev\"]\n\
                [[packages]]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.10,<3.11\"\n\
                [[packages]]\nname = \"A\"\nversion = \"2\"\nrequires-python = \">=3.11\"\nmarker = \"os_name != 'nt'\"\n\
                [[packages]]\nname = \"b\"\nversion = \"1\"\nmarker = \"'default' in dependency_groups\"\n\
                [[packages]]\nname = \"c\"\nversion = \"1\"\nmarker = \"'dev' in dependency_groups or 'cli' in extras\"\n\
                [[packages]]\nname = \"weather\"\ndirectory = { path = \".\" }\n";
    let groups = ["dev".to_owned()];
    let project = LockedProject { name: "weather", groups: &groups, markers: &[] };
    let pins = Lock::read("pylock.toml", text, &project).expect("a lock").pins().expect("pins");
    let expected = [
        "a==1 ; python_full_version < '3.11'",
        "a==2 ; python_full_version >= '3.11' and os_name != 'nt'",
        "b==1",
    ];
    assert_eq!(pins, expected);
}

#[test]
fn says_why_it_cannot_be_followed() {
    let index = "registry = \"https://pypi.org/simple\"";
    let edge = |edge: &str| format!("{HEAD}dependencies = [{{ {edge} }}]\n{}", package("a", index));
    for (file, text, fault) in [
        ("poetry.lock", String::new(), "a lock is called `uv.lock`, `pylock.toml` or `pylock.<name>.toml`"),
        (
            "pylock.a.b.toml",
            String::new(),
            "a lock is called `uv.lock`, `pylock.toml` or `pylock.<name>.toml`",
        ),
        ("uv.lock", "version = ".to_owned(), "it is no TOML"),
        ("uv.lock", "version = 2".to_owned(), "it has the form `version = 2`, which is not known"),
        ("uv.lock", String::new(), "it has no `version`"),
        (
            "pylock.toml",
            "lock-version = \"2.0\"".to_owned(),
            "it has the form `lock-version = \"2.0\"`, which is not known",
        ),
        ("uv.lock", "version = 1".to_owned(), "it holds no project `weather`"),
        ("uv.lock", edge("name = \"b\""), "what `weather` requires as `b` is not told"),
        ("uv.lock", edge("name = \"a\", version = \"2.0\""), "what `weather` requires as `a` is not told"),
        (
            "uv.lock",
            edge("name = \"a\"") + &package("a", index),
            "what `weather` requires as `a` is not told",
        ),
        ("uv.lock", package("x", index).replace("source", "origin"), "it has no `version`"),
        ("uv.lock", format!("{HEAD}{}", package("x", "foo = 1")), "`x` is not told in full"),
        (
            "uv.lock",
            edge("name = \"a\", marker = \"os is 'x'\""),
            "the marker `os is 'x'` is none: `os` is not a marker variable",
        ),
    ] {
        let told = read(file, &text).map(|_| ()).map_err(|fault| fault.to_string());
        assert_eq!(told, Err(fault.to_owned()), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(cuts in proptest::collection::vec((0_usize..6000, 0_usize..60), 0..4)) {
        for file in ["uv.lock", "pylock.toml"] {
            let mut text = fs::read_to_string(Path::new("tests/data/locks/conflicts").join(file)).expect("a lock");
            for (at, length) in &cuts {
                let at = at % text.len();
                let end = (at + length).min(text.len());
                text.replace_range(at..end, "");
            }
            let _ = read(file, &text).and_then(|mut lock| lock.pins());
        }
    }
}
