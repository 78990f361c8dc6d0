use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Level};
use crate::plan::Content;
use crate::rule::{Subject, declare_rule};
use crate::spec::machine_code::{self, MachineCode, System};
use crate::spec::wheel_tag::WheelTag;
use crate::syntax::{Guard, Import, Imported};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for machine code in a wheel whose tag says that it runs elsewhere too: extension modules, shared libraries,
    /// executables, by their names and by their first bytes.
    ///
    /// It is an error where a module of the wheel imports such an extension module outside of all conditions, and no `.py`
    /// of its name lies beside it. Silent are a wheel that has code for Linux, macOS and Windows, and what runs
    /// everywhere: WebAssembly, .NET, Java. A tag with which PyPI takes no wheel is a warning, unless a `Private ::`
    /// classifier keeps the project from it.
    ///
    /// ## Why is this bad?
    /// Without a tag of its own every installer takes the wheel for one of pure Python. On another platform the install
    /// succeeds and the library is of no use, and an extension module is not even found on another Python.
    ///
    /// The setting [`tag`](../configuration.md) says what the wheel is for, and each platform gets a wheel of its own.
    ///
    /// ## Example
    /// `src/weather/tides.dll`:
    /// ```text
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// tag = "py3-none-win_amd64"
    /// ```
    ///
    /// `src/weather/tides.dll`:
    /// ```text
    /// ```
    FIL021 "native-code" Warning(Start) Author Strict
}

/// More places than that do not help.
const SHOWN: usize = 4;

/// A file of the wheel that holds machine code.
struct Native<'a> {
    path: &'a RelPath,
    code: MachineCode,
    /// The module that it is to an import, and the tag in its name: `weather._core` and `cpython-313-darwin`.
    module: Option<(String, &'a str)>,
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    // which tag another backend writes is not known where code of the project's own takes part
    if !subject.is_ours() && !subject.layout.open.is_empty() {
        return;
    }
    let tag = subject.project.wheel_tag();
    report.extend(bare_linux(subject));
    let mut natives = natives(subject);
    let systems: BTreeSet<System> = natives.iter().filter_map(|native| native.code.system).collect();
    if systems.len() == 3 {
        return;
    }
    let alone = |native: &Native<'_>| !natives.iter().any(|other| other.is_other_of(native));
    let strayed: Vec<bool> = natives.iter().map(|native| native.strays(&tag, alone(native))).collect();
    let mut strayed = strayed.into_iter();
    natives.retain(|_| strayed.next().unwrap_or_default());
    let needed =
        |native: &Native<'_>| native.module.as_ref().is_some_and(|(name, _)| is_needed(subject, name));
    // what certainly breaks is told first
    natives.sort_by_cached_key(|native| (!needed(native), native.path));
    if let Some((first, others)) = natives.split_first() {
        let level = if needed(first) { Level::Error } else { Level::Warning };
        let finding = finding(subject, &tag, first, others).level(level);
        report.push(finding.warning_unless(subject.is_ours()));
    }
}

/// A tag that PyPI takes no wheel with.
fn bare_linux(subject: &Subject<'_>) -> Option<Diagnostic> {
    let tag = subject.project.settings.tag.as_ref()?;
    let bare = tag.value.bare_linux().filter(|_| !subject.project.is_private())?;
    let message =
        format!("`{bare}` does not say what C library the wheel needs, and so is no platform for PyPI");
    let finding = RULE.at(subject.project.at(tag.span), message);
    let told = tag.value.to_string().replace(bare, &bare.replacen("linux_", "manylinux_2_28_", 1));
    Some(finding.help(format!("write `\"{told}\"`, with the oldest version of glibc that it runs on")))
}

fn natives<'a>(subject: &Subject<'a>) -> Vec<Native<'a>> {
    let mut natives = Vec::new();
    for entry in &subject.wheel.entries {
        let Content::File { path, .. } = &entry.content else { continue };
        let name = path.name();
        if name.ends_with(".py") || name.ends_with(".pyi") || name.ends_with(".elf") {
            continue;
        }
        let head = subject.tree.read_head(path, machine_code::HEAD).unwrap_or_default();
        if let Some(code) = machine_code::of(name, &head) {
            natives.push(Native { path, code, module: extension(&entry.path, subject) });
        }
    }
    natives
}

/// The extension module that the file at `installed` is.
fn extension<'a>(installed: &'a str, subject: &Subject<'_>) -> Option<(String, &'a str)> {
    let stem = [".so", ".pyd"].iter().find_map(|suffix| installed.strip_suffix(suffix))?;
    let (folder, file) = stem.rsplit_once('/').unwrap_or(("", stem));
    let (name, tag) = file.split_once('.').unwrap_or((file, ""));
    let dotted =
        if folder.is_empty() { name.to_owned() } else { format!("{}.{name}", folder.replace('/', ".")) };
    // a library that lies in a folder of the wheel is none until something imports it, or its name is that of one
    let is_one = !tag.is_empty() || !imports_of(subject, &dotted).is_empty();
    is_one.then_some((dotted, tag))
}

impl Native<'_> {
    /// Whether it is the same module for another Python or platform.
    fn is_other_of(&self, other: &Self) -> bool {
        let name = |native: &Self| native.module.as_ref().map(|(name, _)| name.clone());
        self.path != other.path && self.module.is_some() && name(self) == name(other)
    }

    /// Whether the wheel goes where the file is of no use; `alone` when the wheel has the module but once.
    fn strays(&self, tag: &WheelTag, alone: bool) -> bool {
        if tag.is_for_any_platform() {
            return true;
        }
        let is_on = |system: System| {
            let prefix: &[&str] = match system {
                System::Linux => &["manylinux", "musllinux", "linux", "android"],
                System::MacOs => &["macosx", "ios"],
                System::Windows => &["win"],
            };
            tag.platforms().any(|platform| prefix.iter().any(|prefix| platform.starts_with(prefix)))
        };
        let elsewhere = self.code.system.is_some_and(|system| !is_on(system));
        elsewhere
            || alone && self.python().is_some_and(|python| !tag.pythons().any(|admitted| admitted == python))
    }

    /// The only Python that imports it, as a tag says: `cp313` for `_core.cpython-313-darwin.so`.
    fn python(&self) -> Option<String> {
        let (_, tag) = self.module.as_ref()?;
        let rest = tag.strip_prefix("cpython-").or_else(|| tag.strip_prefix("cp"))?;
        let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (minor.len() > 1).then(|| format!("cp{minor}"))
    }

    /// The tag of a wheel that holds it alone.
    fn tag(&self, subject: &Subject<'_>) -> Option<String> {
        let processor = self.code.processor;
        let platform = match self.code.system? {
            System::Linux => format!("manylinux_2_28_{}", processor?),
            System::MacOs => format!("macosx_11_0_{}", processor.unwrap_or("universal2")),
            System::Windows if processor == Some("win32") => "win32".to_owned(),
            System::Windows => format!("win_{}", processor.unwrap_or("amd64")),
        };
        let python = match (self.python(), &self.module) {
            (Some(python), _) => format!("{python}-{python}"),
            (None, Some((_, "abi3"))) => {
                let floor = subject.project.python().and_then(crate::project::PythonRange::floor)?;
                format!("cp3{}-abi3", floor.0)
            }
            _ => "py3-none".to_owned(),
        };
        Some(format!("{python}-{platform}"))
    }
}

/// The imports of the module or of something in it, as far as the program has them, with the module that has each.
fn imports_of<'a>(subject: &Subject<'a>, module: &str) -> Vec<&'a Import> {
    let (package, last) = module.rsplit_once('.').unwrap_or(("", module));
    let mut found = Vec::new();
    for (importer, facts) in subject.program.iter().chain(subject.program.rest()) {
        for import in facts.imports() {
            let Some(base) = subject.program.absolute(importer, &import.module.value) else { continue };
            let by_name = || match &import.names {
                Imported::Names(names) => base == package && names.iter().any(|name| name.name.value == last),
                _ => false,
            };
            if base == module || by_name() {
                found.push(import);
            }
        }
    }
    found
}

/// Whether the program takes it for granted that the extension module is there.
fn is_needed(subject: &Subject<'_>, module: &str) -> bool {
    let harmless = |guard: &Guard| matches!(guard, Guard::Function | Guard::Reported);
    let imports = imports_of(subject, module);
    let all = !imports.is_empty() && imports.iter().all(|import| import.guards.all().iter().all(harmless));
    all && subject.layout.modules.get(module).is_none()
}

fn finding(subject: &Subject<'_>, tag: &WheelTag, first: &Native<'_>, others: &[Native<'_>]) -> Diagnostic {
    let name = first.path.name();
    let what = if first.module.is_some() { "an extension module" } else { "machine code" };
    let system = first.code.system.map(|system| format!(" for {}", system.as_str())).unwrap_or_default();
    let python = first.python().map(|python| format!(" and Python {}", dotted(&python))).unwrap_or_default();
    let count = match others.len() {
        0 => String::new(),
        more => format!(", one of {} files", more + 1),
    };
    let goes = if subject.is_ours() {
        format!("the wheel's tag is `{tag}`")
    } else {
        "the wheel is for any".to_owned()
    };
    let message = format!("`{name}` is {what}{system}{python}{count}, and {goes}");
    let mut finding = RULE.at(first.path, message);
    for other in others.iter().take(SHOWN) {
        finding = finding.related(other.path, "this one too");
    }
    finding.help(help(subject, first, others))
}

fn help(subject: &Subject<'_>, first: &Native<'_>, others: &[Native<'_>]) -> String {
    const LEFT_OUT: &str = "or leave it out with `wheel-exclude`";
    if !subject.is_ours() {
        return "build a wheel for each platform, and have the backend say so in its tag".to_owned();
    }
    let elsewhere = |other: &Native<'_>| {
        other.is_other_of(first) || other.code.system.is_some() && other.code.system != first.code.system
    };
    if others.iter().any(elsewhere) {
        return format!(
            "build a wheel of its own for each platform and Python, each with its `tag`; {LEFT_OUT}"
        );
    }
    match first.tag(subject) {
        Some(tag) => format!(
            "write `tag = \"{tag}\"` under `[tool.mcp-backend]`, with the oldest platform that it runs on; {LEFT_OUT}"
        ),
        None => {
            let example = match first.code.system {
                Some(System::Linux) => "manylinux_2_28_x86_64",
                Some(System::MacOs) => "macosx_11_0_arm64",
                Some(System::Windows) | None => "win_amd64",
            };
            format!(
                "say under `[tool.mcp-backend]` what it runs on, as in `tag = \"py3-none-{example}\"`; {LEFT_OUT}"
            )
        }
    }
}

/// `3.13` for `cp313`.
fn dotted(python: &str) -> String {
    let numbers = python.trim_start_matches("cp");
    format!("{}.{}", &numbers[..1], &numbers[1..])
}
