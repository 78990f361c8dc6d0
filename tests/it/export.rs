//! What the channels get, told in `tests/export/*.md`, one file a channel.
//!
//! A heading begins a case: a healthy little server with some files changed, as in `tests/rules`. A line such as
//! ``Exports `install.sh`:`` names the file of the export that the next block holds, whole, or one in a bundle of it; the
//! block behind a line `Tells:` holds what the command says when it makes nothing, and behind `Lacks:` what the channel
//! misses in a project that may have other faults. `UPDATE=1` refills them. A path with `, added:` behind it has its block
//! added to its end.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use mcp_backend::analysis::Analysis;
use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::export::{Export, MissingInput};
use mcp_backend::plan::Content;
use mcp_backend::project::Channel;
use mcp_backend::render::TerminalStyle;

use crate::healthy::{self, Files};

#[test]
fn every_export_is_as_told() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for entry in fs::read_dir("tests/export").expect("the cases lie there") {
        let path = entry.expect("an entry").path();
        let channel =
            path.file_stem().and_then(|stem| stem.to_str()).expect("the name of a channel").to_owned();
        let text = fs::read_to_string(&path).expect("the cases can be read");
        let told = retold(&text, &channel);
        if told != text && update {
            fs::write(&path, &told).expect("the cases can be written");
        } else if told != text {
            wrong.push(difference(&path, &text, &told));
        }
    }
    assert!(wrong.is_empty(), "{}\n(`UPDATE=1` rewrites them)", wrong.join("\n"));
}

/// The files of a case, and where they were exported to, once they were.
struct Case {
    files: Files,
    exported: Option<(tempfile::TempDir, CommandOutput)>,
}

impl Case {
    fn new() -> Self {
        Self { files: healthy::files(), exported: None }
    }

    fn export(&mut self, channel: &str) -> (PathBuf, &CommandOutput) {
        let files = &self.files;
        let (folder, answer) = self.exported.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            healthy::lay(folder.path(), files);
            let place = folder.path().to_str().expect("UTF-8").to_owned();
            let answer = cli::run(
                &["export".to_owned(), channel.to_owned(), place],
                TerminalStyle::default(),
                &|| false,
            );
            (folder, answer)
        });
        (folder.path().join("exports"), answer)
    }
}

/// The same text with each block of an export as it really is.
fn retold(text: &str, channel: &str) -> String {
    let (mut told, mut case) = (String::new(), Case::new());
    let (mut path, mut exported): (Option<String>, Option<String>) = (None, None);
    let mut added = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        told += &format!("{line}\n");
        if line.starts_with("## ") {
            case = Case::new();
        }
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() >= 3 {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
            let block: String = block.iter().map(|line| format!("{line}\n")).collect();
            told += &match (path.take(), exported.take()) {
                (Some(path), _) => {
                    let text = case.files.entry(path).or_default();
                    *text = if std::mem::take(&mut added) { format!("{text}{block}") } else { block.clone() };
                    block
                }
                (None, Some(name)) => answer(&mut case, channel, &name),
                (None, None) => block,
            };
            told += &format!("{fence}\n");
        }
        let named = |before: &str| {
            let rest = line.strip_prefix(before)?.strip_suffix("`:")?;
            Some(rest.to_owned())
        };
        let lengthened = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`, added:"));
        added |= lengthened.is_some();
        path = lengthened.map(str::to_owned).or_else(|| named("`")).or(path);
        let told = ["Tells:", "Lacks:"].contains(&line).then(|| line.to_owned());
        exported = named("Exports `").or(told).or(exported);
    }
    told
}

/// The file of the export, or what the command tells.
fn answer(case: &mut Case, channel: &str, name: &str) -> String {
    if name == "Lacks:" {
        return lacks(&case.files, channel);
    }
    let (out, answer) = case.export(channel);
    if name == "Tells:" {
        assert_ne!(answer.status, 0, "{}", answer.stdout);
        return answer.stderr.clone();
    }
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    if let Some((bundle, inside)) = name.split_once(".mcpb/") {
        return bundled(&out.join(format!("{bundle}.mcpb")), inside);
    }
    fs::read_to_string(out.join(name)).unwrap_or_else(|_| panic!("no `{name}`; {}", answer.stdout))
}

/// A file of a bundle.
fn bundled(bundle: &Path, inside: &str) -> String {
    let file = fs::File::open(bundle).expect("the bundle is there");
    let mut archive = zip::ZipArchive::new(file).expect("it is a zip archive");
    let mut text = String::new();
    let mut entry = archive.by_name(inside).unwrap_or_else(|_| panic!("no `{inside}`"));
    entry.read_to_string(&mut text).expect("it is a text");
    text
}

fn lacks(files: &Files, channel: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let channel = Channel::called(channel).expect("a file is named like its channel");
    let line = |lack: &MissingInput| format!("`{channel}` {}\nhelp: {}\n", lack.what, lack.remedy);
    channel.lacks(&analysis.publication()).iter().map(line).collect()
}

fn difference(path: &Path, text: &str, told: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (text.lines().collect(), told.lines().collect());
    let missing =
        expected.iter().filter(|line| !found.contains(line)).map(|line| format!("  expected: {line}\n"));
    let extra =
        found.iter().filter(|line| !expected.contains(line)).map(|line| format!("  found:    {line}\n"));
    format!("{}\n{}{}", path.display(), missing.collect::<String>(), extra.collect::<String>())
}

/// What no export may ever hold.
const SECRET: &str = "hunter2-the-secret";

#[test]
fn no_export_holds_the_value_of_a_secret() {
    let mut files = healthy::files();
    let project = files.get_mut("pyproject.toml").expect("it is there");
    *project += &format!(
        "\n[tool.mcp-backend]\nmcp-name = \"io.github.you/weather\"\n\
         remotes = [{{ url = \"https://weather.example/{{KEY}}\", variables = {{ KEY = {{ secret = true, \
         default = \"{SECRET}\" }} }} }}]\nenv = [\n\
         {{ name = \"KEY\", required = true, secret = true, default = \"{SECRET}\" }},\n\
         {{ name = \"TOKEN\", secret = true, default = \"{SECRET}\" }},\n]\n\
         [tool.mcp-backend.export.docker-catalog]\ncategory = \"weather\"\n"
    );
    *project = project.replace("https://example.org/weather", "https://github.com/you/weather");
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let publication = analysis.publication();
    let artifacts = mcp_backend::export::Artifacts {
        wheel: Some(("weather-1.0.0-py3-none-any.whl".to_owned(), Vec::new())),
        ..Default::default()
    };
    for channel in Channel::ALL {
        assert_eq!(channel.lacks(&publication), [], "{channel}");
        for export in channel.make(&publication, &artifacts) {
            let entries = match export {
                Export::File(entry) => vec![entry],
                Export::Bundle(plan) => plan.entries,
            };
            for entry in entries {
                if let Content::Bytes(bytes) = &entry.content {
                    assert!(!String::from_utf8_lossy(bytes).contains(SECRET), "{}", entry.path);
                }
            }
        }
    }
}
