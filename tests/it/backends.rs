//! What the wheels of other backends hold, by their settings. What is expected here was built by the backends themselves:
//! `scripts/compare_backends.py` does that again, with more cases.

use std::collections::BTreeMap;
use std::fs;

use mcp_backend::analysis::Analysis;

const FLAT: &str =
    "weather/__init__.py weather/server.py weather/sub/__init__.py weather/bare/b.py weather/data.json";
const SRC: &str = "src/weather/__init__.py src/weather/server.py src/weather/sub/__init__.py src/weather/bare/b.py src/weather/data.json";

/// What lies in the project beside the files, by paths with texts.
type Texts<'a> = &'a [(&'a str, &'a str)];

/// What the wheel holds of empty files, and whether that is certain.
fn wheel(backend: &str, settings: &str, files: &str, texts: Texts<'_>) -> (String, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let build = format!("[build-system]\nrequires = []\nbuild-backend = \"{backend}\"\n");
    let project = "[project]\nname = \"weather\"\nversion = \"1\"\n";
    let mut all: BTreeMap<&str, String> = files.split(' ').map(|path| (path, String::new())).collect();
    all.extend(texts.iter().map(|(path, text)| (*path, (*text).to_owned())));
    if !backend.is_empty() {
        all.insert("pyproject.toml", format!("{build}{project}{settings}\n"));
    }
    for (path, text) in all {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let analysis = Analysis::for_a_look(folder.path()).expect("it can be read");
    let installed: Vec<&str> =
        analysis.layout.wheel.iter().map(|shipped| shipped.installed.as_str()).collect();
    (installed.join(" "), analysis.layout.open.is_empty())
}

/// Settings, files, and what the wheel holds; nothing where that is not certain.
type Case<'a> = (&'a str, String, &'a str);

fn holds(backend: &str, cases: &[Case<'_>], texts: Texts<'_>) {
    for (settings, files, expected) in cases {
        let (found, certain) = wheel(backend, settings, files, texts);
        if expected.is_empty() {
            assert!(!certain, "{backend}: {settings} {files}: {found}");
        } else {
            assert_eq!((found.as_str(), certain), (*expected, true), "{backend}: {settings} {files}");
        }
    }
}

const ALL: &str =
    "weather/__init__.py weather/bare/b.py weather/data.json weather/server.py weather/sub/__init__.py";

#[test]
fn hatchling() {
    let more = format!("{SRC} extra/a.py src/weather/x.gen LICENSE src/weather/ignored.py");
    let cases: &[(&str, &str)] = &[
        ("packages = ['src/weather']", ALL),
        (
            "packages = ['src/weather']\nartifacts = ['*.gen']",
            "weather/__init__.py weather/bare/b.py weather/data.json weather/server.py weather/sub/__init__.py weather/x.gen",
        ),
        ("packages = ['src/weather/sub']", "sub/__init__.py"),
        ("include = ['/src/weather/*.py']", "src/weather/__init__.py src/weather/server.py"),
        (
            "only-include = ['src/weather/sub', 'LICENSE']\nsources = ['src']",
            "LICENSE weather/sub/__init__.py",
        ),
        (
            "packages = ['src/weather']\nexclude = ['*.json', 'sub/', '/src/weather/bare']",
            "weather/__init__.py weather/server.py",
        ),
        (
            "packages = ['src/weather']\nonly-packages = true",
            "weather/__init__.py weather/data.json weather/server.py weather/sub/__init__.py",
        ),
        (
            "only-include = ['extra']\n[tool.hatch.build.targets.wheel.force-include]\n'LICENSE' = 'extra/LICENSE.txt'",
            "extra/LICENSE.txt extra/a.py",
        ),
        (
            "only-include = ['src/weather/sub']\n[tool.hatch.build.targets.wheel.sources]\n'src/weather' = 'climate'",
            "climate/sub/__init__.py",
        ),
        ("packages = ['extra']\n[tool.hatch.build.hooks.custom]", ""),
        (
            "packages = ['extra']\n[tool.hatch.build.hooks.vcs]\nversion-file = 'extra/_version.py'",
            "extra/a.py",
        ),
        ("packages = ['extra']\n[tool.hatch.build.targets.wheel.force-include]\n'../x' = 'y'", ""),
    ];
    for (text, expected) in cases {
        let settings = format!("[tool.hatch.build.targets.wheel]\n{text}");
        holds(
            "hatchling.build",
            &[(&settings, more.clone(), expected)],
            &[(".gitignore", "*.gen\nignored.py\n")],
        );
    }
    let by_name: &[Case<'_>] = &[
        ("", SRC.to_owned(), ALL),
        ("", FLAT.to_owned(), ALL),
        ("", "weather.py other.py".to_owned(), "weather.py"),
        ("", "ns/weather/__init__.py ns/x.py".to_owned(), "ns/weather/__init__.py ns/x.py"),
        ("", "other/__init__.py".to_owned(), ""),
        ("", "src/weather.py".to_owned(), ""),
        (
            "[tool.hatch.build]\nexclude = ['*.json', 'bare']\n",
            SRC.to_owned(),
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
    ];
    holds("hatchling.build", by_name, &[]);
    let own = [("hatch.toml", "[build.targets.wheel]\npackages = ['extra']\n")];
    holds("hatchling.build", &[("", more, "extra/a.py")], &own);
}

#[test]
fn setuptools_finds() {
    let python = "weather/__init__.py weather/bare/b.py weather/server.py weather/sub/__init__.py";
    let cases: &[Case<'_>] = &[
        ("", SRC.to_owned(), python),
        ("", format!("{FLAT} tests/a.py docs/conf.py x.py"), python),
        ("", format!("{FLAT} other/a.py"), ""),
        ("", "weather.py conftest.py".to_owned(), "weather.py"),
        ("", "weather.py other.py".to_owned(), ""),
        (
            "[tool.setuptools]\npackages = ['weather']",
            FLAT.to_owned(),
            "weather/__init__.py weather/server.py",
        ),
        (
            "[tool.setuptools.packages.find]\nwhere = ['src']\nnamespaces = false",
            SRC.to_owned(),
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
        (
            "[tool.setuptools.packages.find]\nwhere = ['src']\nexclude = ['*.sub', '*.bare']",
            SRC.to_owned(),
            "weather/__init__.py weather/server.py",
        ),
        (
            "[tool.setuptools.packages.find]\ninclude = ['weather*']",
            format!("{FLAT} tests/__init__.py"),
            python,
        ),
        ("[tool.setuptools.packages.find]", "weather/a.py tests/b.py".to_owned(), "tests/b.py weather/a.py"),
        (
            "[tool.setuptools]\npackage-dir = { climate = 'src/weather' }",
            "src/weather/__init__.py src/weather/sub/a.py".to_owned(),
            "climate/__init__.py climate/sub/a.py",
        ),
        (
            "[tool.setuptools]\npy-modules = ['single']",
            "single.py weather/__init__.py".to_owned(),
            "single.py",
        ),
        (
            "[tool.setuptools]\npackages = ['weather']\n[tool.setuptools.package-data]\n'*' = ['*.json']",
            FLAT.to_owned(),
            "weather/__init__.py weather/data.json weather/server.py",
        ),
        ("[tool.setuptools]\next-modules = []", FLAT.to_owned(), ""),
    ];
    holds("setuptools.build_meta", cases, &[]);
    let manifest = [("MANIFEST.in", "recursive-include weather *.json\n")];
    let listed =
        "weather/__init__.py weather/bare/b.py weather/data.json weather/server.py weather/sub/__init__.py";
    holds("setuptools.build_meta", &[("", FLAT.to_owned(), listed)], &manifest);
}

#[test]
fn setuptools_is_told_elsewhere() {
    let script = |text: &str| format!("from setuptools import setup, find_packages\n\n{text}\n");
    for (text, expected) in [
        (
            "setup(name='weather', packages=find_packages())",
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
        ("setup(name='weather', py_modules=['single'])", "single.py"),
        (
            "setup(\n    name='weather',\n    packages=['weather'],  # (all)\n    package_data={'weather': ['*.json']},\n)\nprint('(done)')",
            "weather/__init__.py weather/data.json weather/server.py",
        ),
        ("setup(name='weather', packages=names())", ""),
        ("setup(**options)", ""),
        ("setup(name='weather', packages=['weather'], cmdclass={'build_py': Build})", ""),
    ] {
        let text = script(text);
        holds("", &[("", format!("{FLAT} single.py"), expected)], &[("setup.py", &text)]);
    }
    let cfg = "[metadata]\nname = weather\n[options]\npackages = find:\npackage_dir =\n  = src\n[options.packages.find]\nwhere = src\nexclude =\n  *.sub\n";
    holds("", &[("", SRC.to_owned(), "weather/__init__.py weather/server.py")], &[("setup.cfg", cfg)]);
}

#[test]
fn uv_build() {
    let files = format!("{SRC} other/__init__.py src/ns/inner/__init__.py");
    let cases: &[Case<'_>] = &[
        ("", files.clone(), ALL),
        ("", "weather/__init__.py".to_owned(), ""),
        (
            "[tool.uv.build-backend]\nmodule-root = ''\nmodule-name = 'other'",
            files.clone(),
            "other/__init__.py",
        ),
        ("[tool.uv.build-backend]\nmodule-name = 'ns.inner'", files.clone(), "ns/inner/__init__.py"),
        (
            "[tool.uv.build-backend]\nmodule-name = ['ns.inner', 'weather.sub']",
            files.clone(),
            "ns/inner/__init__.py weather/sub/__init__.py",
        ),
        (
            "[tool.uv.build-backend]\nnamespace = true\nmodule-name = 'ns'",
            files.clone(),
            "ns/inner/__init__.py",
        ),
        (
            "[tool.uv.build-backend]\nwheel-exclude = ['*.json', 'bare', '/src/weather/sub']",
            files.clone(),
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
        (
            "[tool.uv.build-backend]\nsource-exclude = ['/src/weather/data.json']",
            files,
            "weather/__init__.py weather/bare/b.py weather/server.py weather/sub/__init__.py",
        ),
    ];
    holds("uv_build", cases, &[]);
}

#[test]
fn poetry_pdm_and_flit() {
    let files = format!("{SRC} other/a.py extra/x.txt");
    let poetry: &[Case<'_>] = &[
        ("", files.clone(), ALL),
        ("", FLAT.to_owned(), ALL),
        ("", "other/a.py".to_owned(), ""),
        (
            "[tool.poetry]\npackages = [{ include = 'other' }, { include = 'weather/*.py', from = 'src', to = 'climate' }]",
            files.clone(),
            "climate/weather/__init__.py climate/weather/server.py other/a.py",
        ),
        (
            "[tool.poetry]\npackages = [{ include = 'other' }]\ninclude = ['LICENSE', { path = 'extra', format = 'wheel' }]",
            files.clone(),
            "extra/x.txt other/a.py",
        ),
        (
            "[tool.poetry]\nexclude = ['**/*.json', 'src/weather/bare']",
            files.clone(),
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
        ("[tool.poetry.build]\nscript = 'b.py'", files.clone(), ""),
    ];
    holds("poetry.core.masonry.api", poetry, &[]);
    let pdm: &[Case<'_>] = &[
        ("", format!("{SRC} tests/a.py"), ALL),
        ("", FLAT.to_owned(), ALL),
        (
            "[tool.pdm.build]\nincludes = ['other', 'src/weather/sub']",
            files.clone(),
            "other/a.py weather/sub/__init__.py",
        ),
        (
            "[tool.pdm.build]\nexcludes = ['**/*.json', 'src/weather/bare']",
            files.clone(),
            "weather/__init__.py weather/server.py weather/sub/__init__.py",
        ),
        ("", format!("{SRC} pdm_build.py"), ""),
    ];
    holds("pdm.backend", pdm, &[]);
    let flit: &[Case<'_>] = &[
        ("", files.clone(), ALL),
        ("[tool.flit.module]\nname = 'other'", files, "other/a.py"),
        ("", format!("{SRC} {FLAT}"), ""),
    ];
    holds("flit_core.buildapi", flit, &[]);
}
