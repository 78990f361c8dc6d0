//! What ships from which tree: the wheel's files without `.dist-info`, and the sdist's below its top folder without
//! `PKG-INFO`.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::plan::{Content, Plan};
use tempfile::TempDir;

use crate::healthy::{self, Files, LINK};

/// A tree and what ships of it.
struct Case {
    fact: &'static str,
    settings: &'static str,
    /// Paths of files; `path -> target` is a link, and a module's `__init__.py` is always there.
    tree: &'static [&'static str],
    wheel: &'static [&'static str],
    sdist: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        fact: "a package ships, with its data",
        settings: "",
        tree: &["src/weather/a.json", "src/weather/web/dist/i.html", "src/weather/py.typed"],
        wheel: &["weather/__init__.py", "weather/a.json", "weather/py.typed", "weather/web/dist/i.html"],
        sdist: &[
            "pyproject.toml",
            "src/weather/__init__.py",
            "src/weather/a.json",
            "src/weather/py.typed",
            "src/weather/web/dist/i.html",
        ],
    },
    Case {
        fact: "junk does not",
        settings: "",
        tree: &[
            "src/weather/__pycache__/a.pyc",
            "src/weather/.git/config",
            "src/weather/.venv/a.py",
            "src/weather/e/pyvenv.cfg",
            "src/weather/e/a.py",
            "src/weather/a.py~",
            "src/weather/.DS_Store",
            "src/weather/node_modules/a.js",
            "src/weather/._a.py",
        ],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "what lies beside the module does not",
        settings: "",
        tree: &[
            "src/other/__init__.py",
            "src/tool.py",
            "src/weather.egg-info/PKG-INFO",
            "build/lib/old.py",
            "dist/old.whl",
            "setup.py",
            "Makefile",
            ".gitignore",
            "uv.lock",
        ],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "the sdist has the tests and the usual prose",
        settings: "",
        tree: &[
            "tests/test_a.py",
            "tests/data/a.json",
            "test/b.py",
            "conftest.py",
            "CHANGELOG.md",
            "README_CN.md",
            "README.md",
            "docs/a.md",
            "tests/__pycache__/x.pyc",
        ],
        wheel: &["weather/__init__.py"],
        sdist: &[
            "CHANGELOG.md",
            "README.md",
            "conftest.py",
            "pyproject.toml",
            "src/weather/__init__.py",
            "test/b.py",
            "tests/data/a.json",
            "tests/test_a.py",
        ],
    },
    Case {
        fact: "usual licences are found at the root",
        settings: "",
        tree: &["LICENSE", "NOTICE.txt", "COPYING", "src/weather/LICENSE", "docs/LICENSE"],
        wheel: &["weather/LICENSE", "weather/__init__.py"],
        sdist: &[
            "COPYING",
            "LICENSE",
            "NOTICE.txt",
            "pyproject.toml",
            "src/weather/LICENSE",
            "src/weather/__init__.py",
        ],
    },
    Case {
        fact: "secrets are kept back",
        settings: "",
        tree: &["src/weather/.env", "src/weather/id_rsa", "tests/.env", ".env"],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "a star names no secret",
        settings: "wheel-include = [\"src/weather/*\"]\nsdist-include = [\"*\"]",
        tree: &["src/weather/.env", ".env", "a.txt"],
        wheel: &["weather/__init__.py"],
        sdist: &["a.txt", "pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "a secret that is named ships",
        settings: "wheel-include = [\"src/weather/.env\"]",
        tree: &["src/weather/.env"],
        wheel: &["weather/.env", "weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/.env", "src/weather/__init__.py"],
    },
    Case {
        fact: "excluded from the wheel is excluded from the sdist",
        settings: "wheel-exclude = [\"src/weather/tests\", \"**/*.psd\"]",
        tree: &["src/weather/tests/a.py", "src/weather/i/a.psd"],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "and can be brought back there",
        settings: "wheel-exclude = [\"src/weather/tests\"]\nsdist-include = [\"src/weather/tests\"]",
        tree: &["src/weather/tests/a.py"],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py", "src/weather/tests/a.py"],
    },
    Case {
        fact: "an include wins over an exclude of the wheel",
        settings: "wheel-exclude = [\"src/weather/data\"]\nwheel-include = [\"src/weather/data/a\"]",
        tree: &["src/weather/data/a", "src/weather/data/b"],
        wheel: &["weather/__init__.py", "weather/data/a"],
        sdist: &["pyproject.toml", "src/weather/__init__.py", "src/weather/data/a"],
    },
    Case {
        fact: "a folder that is included means all in it",
        settings: "sdist-include = [\"docs\", \"server.json\"]",
        tree: &["docs/a/b/c.md", "docs/a/b/.x", "server.json"],
        wheel: &["weather/__init__.py"],
        sdist: &["docs/a/b/.x", "docs/a/b/c.md", "pyproject.toml", "server.json", "src/weather/__init__.py"],
    },
    Case {
        fact: "what the wheel needs stays in the sdist",
        settings: "sdist-exclude = [\"src\", \"tests\", \"pyproject.toml\"]",
        tree: &["src/weather/a.json", "tests/a.py"],
        wheel: &["weather/__init__.py", "weather/a.json"],
        sdist: &["pyproject.toml", "src/weather/__init__.py", "src/weather/a.json"],
    },
    Case {
        fact: "a second module that is included",
        settings: "wheel-include = [\"src/_weather.py\"]",
        tree: &["src/_weather.py"],
        wheel: &["_weather.py", "weather/__init__.py"],
        sdist: &["pyproject.toml", "src/_weather.py", "src/weather/__init__.py"],
    },
    Case {
        fact: "several modules",
        settings: "module-name = [\"weather\", \"climate\"]",
        tree: &["src/climate.py", "src/climate.pyi", "src/other.py"],
        wheel: &["climate.py", "climate.pyi", "weather/__init__.py"],
        sdist: &["pyproject.toml", "src/climate.py", "src/climate.pyi", "src/weather/__init__.py"],
    },
    Case {
        fact: "a namespace package",
        settings: "module-name = \"lab.x\"",
        tree: &["src/lab/x/__init__.py", "src/lab/x/a.py", "src/lab/y/__init__.py"],
        wheel: &["lab/x/__init__.py", "lab/x/a.py"],
        sdist: &["pyproject.toml", "src/lab/x/__init__.py", "src/lab/x/a.py"],
    },
    Case {
        fact: "a namespace with its own `__init__.py`",
        settings: "module-name = \"lab.x\"",
        tree: &["src/lab/__init__.py", "src/lab/z.py", "src/lab/x/__init__.py"],
        wheel: &["lab/__init__.py", "lab/x/__init__.py"],
        sdist: &["pyproject.toml", "src/lab/__init__.py", "src/lab/x/__init__.py"],
    },
    Case {
        fact: "nested modules, each file once",
        settings: "module-name = [\"weather\", \"weather.a\"]",
        tree: &["src/weather/a/__init__.py"],
        wheel: &["weather/__init__.py", "weather/a/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py", "src/weather/a/__init__.py"],
    },
    Case {
        fact: "stubs",
        settings: "module-name = \"weather-stubs\"",
        tree: &["src/weather-stubs/__init__.pyi", "src/weather-stubs/a.pyi"],
        wheel: &["weather-stubs/__init__.pyi", "weather-stubs/a.pyi"],
        sdist: &["pyproject.toml", "src/weather-stubs/__init__.pyi", "src/weather-stubs/a.pyi"],
    },
    Case {
        fact: "links that stay are files",
        settings: "",
        tree: &["data/a", "data/b/c", "src/weather/one -> ../../data/a", "src/weather/all -> ../../data"],
        wheel: &["weather/__init__.py", "weather/all/a", "weather/all/b/c", "weather/one"],
        sdist: &[
            "pyproject.toml",
            "src/weather/__init__.py",
            "src/weather/all/a",
            "src/weather/all/b/c",
            "src/weather/one",
        ],
    },
    Case {
        fact: "links that leave ship nothing",
        settings: "",
        tree: &[
            "src/weather/etc -> /etc",
            "src/weather/gone -> nowhere",
            "src/weather/up -> ../..",
            "LICENSE -> ../LICENSE",
        ],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "a link hides no secret",
        settings: "",
        tree: &[".env", "src/weather/defaults.txt -> ../../.env"],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "scheme folders",
        settings: "data = { scripts = \"bin\", data = \"share/weather\" }",
        tree: &["bin/run.sh", "share/weather/a/b", "share/weather/.env", "share/other"],
        wheel: &["weather-1.0.data/data/a/b", "weather-1.0.data/scripts/run.sh", "weather/__init__.py"],
        sdist: &["bin/run.sh", "pyproject.toml", "share/weather/a/b", "src/weather/__init__.py"],
    },
    Case {
        fact: "odd names are names",
        settings: "",
        tree: &["src/weather/a, \"b\".json", "src/weather/天気", "src/weather/{{ x }}/a-b.py"],
        wheel: &["weather/__init__.py", "weather/a, \"b\".json", "weather/{{ x }}/a-b.py", "weather/天気"],
        sdist: &[
            "pyproject.toml",
            "src/weather/__init__.py",
            "src/weather/a, \"b\".json",
            "src/weather/{{ x }}/a-b.py",
            "src/weather/天気",
        ],
    },
    Case {
        fact: "junk that is named ships",
        settings: "wheel-include = [\"src/weather/template/.vscode\"]",
        tree: &["src/weather/template/.vscode/a.json", "src/weather/template/.idea/a.xml"],
        wheel: &["weather/__init__.py", "weather/template/.vscode/a.json"],
        sdist: &["pyproject.toml", "src/weather/__init__.py", "src/weather/template/.vscode/a.json"],
    },
    Case {
        fact: "what builds left at the root does not ship",
        settings: "sdist-include = [\"**\"]\nsbom-files = [\"**/*.json\"]",
        tree: &["a.txt", "build/lib/a.py", "build/a.json", "dist/weather-0.9.tar.gz", "docs/build/a"],
        wheel: &["weather/__init__.py"],
        sdist: &["a.txt", "docs/build/a", "pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "unless it is named",
        settings: "sdist-include = [\"**\", \"build/a\"]\ndata = { data = \"dist/web\" }",
        tree: &["build/a", "build/b", "dist/web/a.js", "dist/old.whl"],
        wheel: &["weather-1.0.data/data/a.js", "weather/__init__.py"],
        sdist: &["build/a", "dist/web/a.js", "pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "no pattern chooses the PKG-INFO of an sdist",
        settings: "sbom-files = [\"PKG*\"]\nsdist-include = [\"*\"]",
        tree: &["PKG-INFO"],
        wheel: &["weather/__init__.py"],
        sdist: &["pyproject.toml", "src/weather/__init__.py"],
    },
    Case {
        fact: "an unpacked sdist ships the same",
        settings: "",
        tree: &["PKG-INFO", "README.md", "tests/a.py"],
        wheel: &["weather/__init__.py"],
        sdist: &["README.md", "pyproject.toml", "src/weather/__init__.py", "tests/a.py"],
    },
];

#[test]
fn the_archives_hold_what_ships() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (_folder, analysis) = analysed(case);
        for (what, found, expected) in
            [("wheel", modules(&analysis.wheel), case.wheel), ("sdist", sources(&analysis.sdist), case.sdist)]
        {
            if found != expected {
                wrong.push(format!("{}: the {what} holds {found:#?}", case.fact));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A wheel made from the sdist is the wheel made from the tree.
#[test]
fn the_sdist_holds_all_that_the_wheel_needs() {
    for case in CASES {
        let (folder, analysis) = analysed(case);
        let unpacked = tempfile::tempdir().expect("a temporary folder");
        for path in sources(&analysis.sdist) {
            let place = unpacked.path().join(&path);
            fs::create_dir_all(place.parent().expect("a file lies in a folder")).expect("a folder is made");
            fs::copy(folder.path().join(&path), place).expect("the file is copied");
        }
        let again = Analysis::read(unpacked.path()).expect("the sdist can be read");
        assert_eq!(paths(&again.wheel), paths(&analysis.wheel), "{}", case.fact);
        assert_eq!(paths(&again.sdist), paths(&analysis.sdist), "{}", case.fact);
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_packed_is_told_where_it_would_ship() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::UnixListener;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = healthy::files();
    files.insert("docs/a.md".to_owned(), String::new());
    healthy::lay(folder.path(), &files);
    let mut listeners = Vec::new();
    for place in ["src/weather/socket", "src/socket", "docs/socket"] {
        listeners.push(UnixListener::bind(folder.path().join(place)).expect("a socket"));
        let odd = Path::new(place).with_file_name(OsStr::from_bytes(b"\xff.py"));
        fs::write(folder.path().join(odd), "").expect("a file is written");
    }
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let report = mcp_backend::check::run(
        &analysis.subject(),
        mcp_backend::check::Strictness::Structural,
        &mcp_backend::check::Selection::default(),
    );
    assert_eq!(
        healthy::lines(&report),
        [
            "src/weather: error[FIL013] the name `\u{fffd}.py` is not UTF-8",
            "src/weather/socket: error[FIL013] a socket cannot be packed",
        ]
    );
}

#[test]
fn ten_thousand_files_ship() {
    let mut files = healthy::files();
    for index in 0..10_000 {
        files.insert(format!("src/weather/data/{}/{index}.json", index % 100), "[]".to_owned());
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let report = mcp_backend::check::run(
        &analysis.subject(),
        mcp_backend::check::Strictness::Full,
        &mcp_backend::check::Selection::default(),
    );
    assert!(report.diagnostics().is_empty(), "{:?}", healthy::lines(&report));
}

fn analysed(case: &Case) -> (TempDir, Analysis) {
    let project = "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n\n\
                   [project]\nname = \"weather\"\nversion = \"1.0\"";
    let mut files = Files::new();
    files
        .insert("pyproject.toml".to_owned(), format!("{project}\n\n[tool.mcp-backend]\n{}\n", case.settings));
    files.insert("src/weather/__init__.py".to_owned(), String::new());
    for path in case.tree {
        match path.split_once(" -> ") {
            Some((path, target)) => files.insert(path.to_owned(), format!("{LINK}{target}")),
            None => files.insert((*path).to_owned(), "-".to_owned()),
        };
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    (folder, analysis)
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.entries.iter().map(|entry| entry.path.as_str()).collect()
}

fn modules(plan: &Plan) -> Vec<String> {
    let mut paths: Vec<_> =
        paths(plan).into_iter().filter(|path| !path.contains(".dist-info/")).map(str::to_owned).collect();
    paths.sort_unstable();
    paths
}

fn sources(plan: &Plan) -> Vec<String> {
    let below = |path: &str| path.split_once('/').map(|(_, rest)| rest.to_owned());
    paths(plan).into_iter().filter_map(below).filter(|path| path != "PKG-INFO").collect()
}

#[test]
fn the_tag_names_the_wheel_and_never_the_editable() {
    let mut files = healthy::files();
    let settings = files.get_mut("pyproject.toml").expect("it is there");
    *settings += "\n[tool.mcp-backend]\ntag = \"cp312-abi3-win_amd64\"\n";
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let editable = mcp_backend::plan::editable(&analysis.materials()).expect("its path is one line");
    for (plan, name, purelib, tag) in [
        (&analysis.wheel, "weather-1.0.0-cp312-abi3-win_amd64.whl", "false", "cp312-abi3-win_amd64"),
        (&editable, "weather-1.0.0-py3-none-any.whl", "true", "py3-none-any"),
    ] {
        assert_eq!(plan.file_name, name);
        let wheel = plan.entries.iter().find(|entry| entry.path.ends_with("/WHEEL")).expect("it is there");
        let Content::Bytes(text) = &wheel.content else { panic!("the build makes it") };
        let end = format!("Root-Is-Purelib: {purelib}\nTag: {tag}\n");
        assert!(String::from_utf8_lossy(text).ends_with(&end), "{name}");
    }
}

#[test]
fn scripts_are_executable_and_for_the_python_of_the_install() {
    let case = Case {
        fact: "",
        settings: "data = { scripts = \"bin\", data = \"share\" }",
        tree: &[],
        wheel: &[],
        sdist: &[],
    };
    let (folder, _) = analysed(&case);
    for (path, text) in [
        ("bin/tide", "#!/usr/bin/env python3 -u\nprint(1)\n"),
        ("bin/rain", "#!/bin/sh\nexit 0\n"),
        ("share/tide.py", "#!/usr/bin/env python3\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let editable = mcp_backend::plan::editable(&analysis.materials()).expect("its path is one line");
    for plan in [&analysis.wheel, &editable] {
        let entry = |name: &str| plan.entries.iter().find(|entry| entry.path.ends_with(name)).expect(name);
        let (tide, rain, data) =
            (entry(".data/scripts/tide"), entry(".data/scripts/rain"), entry(".data/data/tide.py"));
        assert!(tide.executable && rain.executable && !data.executable);
        assert_eq!(tide.content, Content::Bytes(b"#!python -u\nprint(1)\n".to_vec()));
        assert!(matches!(rain.content, Content::File { .. }) && matches!(data.content, Content::File { .. }));
    }
}
