//! The forms in which a server comes: the layouts of each backend, and archives. `Inspection` finds what each offers.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use mcp_backend::inspection::Inspection;

/// A tree of files and the tools that it offers.
struct Origin {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    tools: &'static [&'static str],
}

/// A server whose one tool bears the name of its file, where a script calls `main`.
const SERVER: &str = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef TOOL() -> str:\n    \
                      return ''\n\ndef main():\n    mcp.run()\n";

/// The text of a file: a server where none is given, its tool named like `src_weather_server`.
fn text(path: &str, text: &str) -> String {
    if !text.is_empty() || path.ends_with("__init__.py") {
        return text.to_owned();
    }
    SERVER.replace("TOOL", &path.trim_end_matches(".py").replace(['/', '-'], "_"))
}

fn lay(root: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let place = root.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder is made");
        fs::write(place, text(path, content)).expect("a file is written");
    }
}

fn tools(path: &Path) -> Vec<String> {
    let inspection = Inspection::at(path).expect("it can be read");
    let name =
        |listed: &serde_json::Map<String, serde_json::Value>| listed["name"].as_str().map(str::to_owned);
    inspection.primitives().tools.iter().filter_map(|tool| name(&tool.listed)).collect()
}

const PYPROJECT: &str = "pyproject.toml";

const ORIGINS: &[Origin] = &[
    Origin {
        name: "ours",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nrequires = ['mcp-backend']\nbuild-backend = 'mcp_backend'\n[project]\nname = 'weather'\nscripts.w = 'weather.a:main'\n",
            ),
            ("src/weather/__init__.py", ""),
            ("src/weather/a.py", ""),
        ],
        tools: &["src_weather_a"],
    },
    Origin {
        name: "ours, where no build finds the module",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'mcp_backend'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n",
            ),
            ("weather/a.py", ""),
        ],
        tools: &["weather_a"],
    },
    Origin {
        name: "a package at the root, beside a folder of tests",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n[project]\nname = 'weather'\nscripts.w = 'weather.a:main'\n",
            ),
            ("weather/__init__.py", ""),
            ("weather/a.py", ""),
            ("tests/a.py", ""),
        ],
        tools: &["weather_a"],
    },
    Origin {
        name: "no backend, no script, a module at the root",
        files: &[
            (PYPROJECT, "[project]\nname = 'weather'\n"),
            ("server.py", ""),
            ("tests/a.py", ""),
            ("setup.py", ""),
        ],
        tools: &["server"],
    },
    Origin {
        name: "no script, a package in src: what lies at the root is not installed",
        files: &[(PYPROJECT, "[project]\nname = 'weather'\n"), ("src/weather/a.py", ""), ("demo.py", "")],
        tools: &["src_weather_a"],
    },
    Origin {
        name: "src is the package",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'hatchling.build'\n[project]\nname = 'weather'\nscripts.w = 'src.a:main'\n[tool.hatch.build.targets.wheel]\npackages = ['src']\n",
            ),
            ("src/a.py", "from src.b import mcp\nimport b\n\ndef main():\n    mcp.run()\n"),
            ("src/b.py", ""),
            ("b.py", ""),
        ],
        tools: &["src_b"],
    },
    Origin {
        name: "src is the package, and only the script says so",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'setuptools.build_meta'\n[project]\nname = 'weather'\nscripts.w = 'src.deep.a:main'\n",
            ),
            ("src/deep/a.py", ""),
        ],
        tools: &["src_deep_a"],
    },
    Origin {
        name: "hatch: packages of two folders",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'hatchling.build'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.hatch.build.targets.wheel]\npackages = ['code/weather/', './lib/common']\n",
            ),
            ("code/weather/a.py", "from common.b import mcp\n\ndef main():\n    mcp.run()\n"),
            ("lib/common/b.py", ""),
            ("common/b.py", ""),
        ],
        tools: &["lib_common_b"],
    },
    Origin {
        name: "hatch: sources that are renamed",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'hatchling.build'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.hatch.build.targets.wheel.sources]\n'server/code' = 'weather'\n",
            ),
            ("server/code/a.py", ""),
            ("weather/a.py", ""),
        ],
        tools: &["server_code_a"],
    },
    Origin {
        name: "hatch: a file that is put elsewhere",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'hatchling.build'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.hatch.build.targets.wheel.force-include]\n'main.py' = 'weather/a.py'\n",
            ),
            ("main.py", ""),
        ],
        tools: &["main"],
    },
    Origin {
        name: "setuptools: a folder for all packages",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'setuptools.build_meta'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.setuptools.packages.find]\nwhere = ['lib']\n",
            ),
            ("lib/weather/a.py", ""),
            ("weather/a.py", ""),
        ],
        tools: &["lib_weather_a"],
    },
    Origin {
        name: "setuptools: a folder for one package",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'setuptools.build_meta'\n[project]\nname = 'x'\nscripts.w = 'acme.weather.a:main'\n[tool.setuptools.package-dir]\n'' = 'src'\n'acme.weather' = 'src/code'\n",
            ),
            ("src/code/a.py", ""),
        ],
        tools: &["src_code_a"],
    },
    Origin {
        name: "setuptools: all in setup.cfg",
        files: &[
            (PYPROJECT, "[build-system]\nbuild-backend = 'setuptools.build_meta'\n"),
            (
                "setup.cfg",
                "[metadata]\nname = x\n[options]\npackage_dir =\n    = lib\n[options.entry_points]\nconsole_scripts =\n    w = weather.a:main\n",
            ),
            ("lib/weather/a.py", ""),
            ("weather/a.py", ""),
        ],
        tools: &["lib_weather_a"],
    },
    Origin {
        name: "setuptools: an sdist of a setup.py alone",
        files: &[
            ("setup.py", "import setuptools\n"),
            ("weather.egg-info/entry_points.txt", "[console_scripts]\nw = weather.a:main\n"),
            ("weather/a.py", "from weather.b import mcp\n\ndef main():\n    mcp.run()\n"),
            ("weather/b.py", ""),
            ("weather/c.py", ""),
        ],
        tools: &["weather_b"],
    },
    Origin {
        name: "poetry: its own table",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n[tool.poetry]\nname = 'x'\npackages = [{ include = 'weather', from = 'lib' }]\n[tool.poetry.scripts]\nw = 'weather.a:main'\n",
            ),
            ("lib/weather/a.py", ""),
            ("weather/a.py", ""),
        ],
        tools: &["lib_weather_a"],
    },
    Origin {
        name: "uv: modules at the root",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'uv_build'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.uv.build-backend]\nmodule-root = ''\n",
            ),
            ("weather/a.py", ""),
            ("src/weather/a.py", ""),
        ],
        tools: &["weather_a"],
    },
    Origin {
        name: "pdm: a folder of its own",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'pdm.backend'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.pdm.build]\npackage-dir = 'lib'\n",
            ),
            ("lib/weather/a.py", ""),
            ("weather/a.py", ""),
        ],
        tools: &["lib_weather_a"],
    },
    Origin {
        name: "maturin: Python beside Rust",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'maturin'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n[tool.maturin]\npython-source = 'python'\n",
            ),
            ("python/weather/a.py", ""),
            ("src/lib.rs", "fn main() {}\n"),
        ],
        tools: &["python_weather_a"],
    },
    Origin {
        name: "wherever the module lies that the script names",
        files: &[
            (
                PYPROJECT,
                "[build-system]\nbuild-backend = 'other'\n[project]\nname = 'x'\nscripts.w = 'weather.a:main'\n",
            ),
            ("packages/server/python/weather/__init__.py", ""),
            ("packages/server/python/weather/a.py", ""),
            ("packages/server/tests/old/copies/weather/a.py", ""),
            ("other.py", ""),
        ],
        tools: &["packages_server_python_weather_a"],
    },
    Origin {
        name: "a wheel",
        files: &[
            (
                "weather-1.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: weather\nVersion: 1.0\n\nScripts\n",
            ),
            (PYPROJECT, "[project]\nname = 'lost'\n"),
            ("weather-1.0.dist-info/entry_points.txt", "[console_scripts]\nw = weather.a:main [cli]\n"),
            ("weather/a.py", "from src.b import mcp\n\ndef main():\n    mcp.run()\n"),
            ("weather/c.py", ""),
            ("src/b.py", ""),
        ],
        tools: &["src_b"],
    },
];

#[test]
fn finds_the_tools_of_each_layout() {
    for Origin { name, files, tools: expected } in ORIGINS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        lay(folder.path(), files);
        assert_eq!(tools(folder.path()), *expected, "{name}");
    }
}

#[test]
fn finds_the_same_in_an_archive() {
    for Origin { name, files, tools: expected } in ORIGINS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (zip, sdist) = (folder.path().join("a.whl"), folder.path().join("a.tar.gz"));
        zipped(&zip, files);
        assert_eq!(tools(&zip), *expected, "zip: {name}");
        tarred(&sdist, files);
        assert_eq!(tools(&sdist), *expected, "tar: {name}");
    }
}

fn zipped(place: &Path, files: &[(&str, &str)]) {
    let mut writer = zip::ZipWriter::new(File::create(place).expect("a file is made"));
    for (path, content) in files {
        writer.start_file(*path, zip::write::SimpleFileOptions::default()).expect("an entry begins");
        writer.write_all(text(path, content).as_bytes()).expect("it is written");
    }
    writer.finish().expect("the archive ends");
}

fn tarred(place: &Path, files: &[(&str, &str)]) {
    let file = File::create(place).expect("a file is made");
    let mut writer = tar::Builder::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast()));
    for (path, content) in files {
        let content = text(path, content);
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        let path = format!("weather-1.0/{path}");
        writer.append_data(&mut header, path, content.as_bytes()).expect("an entry is written");
    }
    writer.into_inner().and_then(flate2::write::GzEncoder::finish).expect("the archive ends");
}

#[test]
fn tells_what_is_no_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fault = |path: &Path| Inspection::at(path).err().map(|error| error.to_string()).unwrap_or_default();
    fs::write(folder.path().join("server.py"), "").expect("a file is written");
    assert!(
        fault(folder.path()).contains("neither a project with a `pyproject.toml` nor a wheel or an sdist")
    );
    assert!(fault(&folder.path().join("server.py")).contains("neither a wheel nor an sdist"));
    assert!(fault(&folder.path().join("gone")).contains("cannot read"));
    // an environment
    lay(folder.path(), &[("a-1.dist-info/METADATA", "Name: a\n"), ("b-1.dist-info/METADATA", "Name: b\n")]);
    assert!(fault(folder.path()).contains("neither a project"));
}
