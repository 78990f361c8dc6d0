//! A release of a server as all channels tell of it: each fact is decided here, once.

use crate::dependencies::{LOCKED, ProjectLock};
use crate::plan::Entry;
use crate::program::Program;
use crate::project::{Channel, EnvVariable, License, PackageIndex, Project, ReadmeSource, Remote};
use crate::sdk::tells_transport;
use crate::server::{Endpoint, Primitive, Primitives};
use crate::spec::entry_points::Reference;
use crate::spec::name;
use crate::spec::semver::{self, NoSemver};
use crate::spec::version::Version;
use crate::text::{Spanned, listed};
use crate::tree::SourceTree;

use super::{MissingInput, Reached};

/// The word for the public index among those that a release goes to.
pub const PYPI: &str = "pypi";

/// A release of a server.
#[derive(Debug)]
pub struct Publication<'a> {
    /// `pyproject.toml`.
    pub project: &'a Project,
    /// The files of the project.
    pub tree: &'a SourceTree,
    /// The project's name, as written.
    pub name: &'a str,
    /// Its version; `0` where none is known, as in the metadata.
    pub version: Version,
    /// The server's name in the MCP registry, when the project sets one.
    pub server_name: Option<&'a Spanned<String>>,
    /// The server's name for people.
    pub title: &'a str,
    /// The summary.
    pub description: &'a str,
    /// The script that starts the server, when it is clear which one does.
    pub script: Option<&'a str>,
    /// What follows it on every start.
    pub arguments: Vec<&'a str>,
    /// The variables that the server is declared to read.
    pub variables: &'a [EnvVariable],
    /// Where it is served over HTTP for everybody.
    pub remotes: &'a [Remote],
    /// Its tools, prompts and resources.
    pub primitives: &'a Primitives,
    /// What the wheel holds, where that is known.
    pub entries: &'a [Entry],
    /// How the script serves, where the code tells.
    pub reached: Reached,
    /// The lock, where the wheel has the extra that pins all that an install takes.
    pub lock: Option<&'a ProjectLock>,
    /// The time of the release as `SOURCE_DATE_EPOCH` sets it, in the form of RFC 3339.
    pub moment: Option<String>,
}

/// The place of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repository<'a> {
    /// Its address, without a slash or `.git` at its end.
    pub url: &'a str,
    /// `github`, `gitlab`, or neither.
    pub source: Option<&'static str>,
}

impl<'a> Publication<'a> {
    /// The release of `project` that offers `primitives`.
    pub fn new(
        project: &'a Project,
        tree: &'a SourceTree,
        version: Option<Version>,
        primitives: &'a Primitives,
    ) -> Self {
        let name = project.name.as_ref().map_or("", |name| &name.value);
        let settings = &project.settings;
        let title = settings.title.as_ref().map(|title| title.value.as_str());
        Self {
            project,
            tree,
            name,
            version: version.unwrap_or_else(|| Version::new([0])),
            server_name: settings.mcp_name.as_ref(),
            title: title.or(primitives.server.title.as_deref()).unwrap_or(name),
            description: project.description.as_ref().map_or("", |text| &text.value),
            script: script(project, name),
            arguments: settings.arguments.iter().map(|argument| argument.value.as_str()).collect(),
            variables: &settings.env,
            remotes: &settings.remotes,
            primitives,
            entries: &[],
            reached: Reached::default(),
            lock: None,
            moment: None,
        }
    }

    /// The same with what the code of `program` tells of how its script serves.
    #[must_use]
    pub fn served_by(self, program: &Program) -> Self {
        let script = self.script;
        let is_own = |endpoint: &&Endpoint| script.is_none_or(|script| endpoint.is_of(script));
        let told = || self.primitives.endpoints.iter().filter(is_own).cloned().collect();
        let reached = self.reference().map(|start| Reached::of(program, start, told(), &self.arguments));
        Self { reached: reached.unwrap_or_default(), ..self }
    }

    /// The tools that the script lists.
    pub fn tools(&self) -> impl Iterator<Item = &'a Primitive> {
        let script = self.script;
        self.primitives.tools.iter().filter(move |tool| script.is_none_or(|script| tool.is_of(script)))
    }

    /// The scripts that a shell can start.
    pub fn scripts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        scripts(self.project)
    }

    /// The text that the table of `channel` has under `key`.
    pub fn setting(&self, channel: Channel, key: &str) -> Option<&'a Spanned<String>> {
        self.project.settings.exports.text(channel, key)
    }

    /// What the script that starts the server names: the function that is called.
    pub fn reference(&self) -> Option<&'a Reference> {
        let mut scripts = self.project.scripts().map(|(_, entry)| entry);
        scripts.find(|entry| Some(entry.name.value.as_str()) == self.script)?.reference.as_ref().ok()
    }

    /// The semantic version.
    ///
    /// # Errors
    /// When the version has none.
    pub fn semver(&self) -> Result<String, NoSemver> {
        semver::of(&self.version)
    }

    /// Whether `uvx NAME` alone starts the server: it runs the script that is called exactly like what it is given.
    pub fn starts_by_its_name(&self) -> bool {
        self.is_called_by(self.script)
    }

    fn is_called_by(&self, script: Option<&str>) -> bool {
        script.is_some_and(|script| name::normalize(script) == name::normalize(self.name))
    }

    /// What `uvx` is called with to start this release, or any when it is not `pinned`.
    pub fn uvx(&self, pinned: bool) -> Vec<String> {
        let mut words = self.uvx_of(self.script, pinned);
        words.extend(self.arguments.iter().map(|&argument| argument.to_owned()));
        words
    }

    /// What `uvx` is called with to start `script`, without the script's own arguments.
    ///
    /// Where a script is named like the project in another spelling, the script's is taken: an index knows both.
    pub fn uvx_of(&self, script: Option<&str>, pinned: bool) -> Vec<String> {
        let called = script.unwrap_or(self.name);
        let mut words = self.from_index();
        if self.is_called_by(script) {
            let name = format!("{called}{}", self.extra());
            words.push(if pinned { format!("{name}@{}", self.version) } else { name });
        } else {
            words.extend(["--from".to_owned(), self.requirement(pinned), called.to_owned()]);
        }
        words
    }

    /// What an installer is told to install: this release, or any when it is not `pinned`, and with it what it was tested
    /// with where it is locked.
    pub fn requirement(&self, pinned: bool) -> String {
        let name = format!("{}{}", self.name, self.extra());
        if pinned { format!("{name}=={}", self.version) } else { name }
    }

    /// What follows the name, or the file, of what is to be installed: an extra that the wheel does not have would be
    /// passed over in silence.
    pub fn extra(&self) -> String {
        if self.lock.is_some() { format!("[{LOCKED}]") } else { String::new() }
    }

    /// What tells uv of the index that has the release, where that is not PyPI.
    pub fn from_index(&self) -> Vec<String> {
        let index = self.private_index();
        index.map_or_else(Vec::new, |index| vec!["--index".to_owned(), index.url.clone()])
    }

    /// The index that has the release, where that is not PyPI.
    pub fn private_index(&self) -> Option<&'a PackageIndex> {
        self.private_indexes().next().filter(|_| !self.is_on_pypi())
    }

    /// The indexes that the release goes to: those that are set, or else the private ones that uv is told to publish to, or
    /// PyPI.
    pub fn indexes(&self) -> Vec<&'a str> {
        if let Some(set) = self.project.settings.exports.texts(Channel::ReleaseWorkflow, "indexes") {
            return set.iter().map(|name| name.value.as_str()).collect();
        }
        let private = self.project.indexes.iter().filter(|index| index.is_private());
        let private: Vec<_> = private.map(|index| index.name.value.as_str()).collect();
        if private.is_empty() { vec![PYPI] } else { private }
    }

    /// Whether it goes to PyPI.
    pub fn is_on_pypi(&self) -> bool {
        self.indexes().contains(&PYPI)
    }

    /// The indexes of the project's own that it goes to.
    pub fn private_indexes(&self) -> impl Iterator<Item = &'a PackageIndex> + use<'a> {
        let wanted = self.indexes();
        let publishes = |index: &&PackageIndex| index.publish_url.is_some() && index.name.value != PYPI;
        let indexes = self.project.indexes.iter().filter(publishes);
        indexes.filter(move |index| wanted.contains(&index.name.value.as_str()))
    }

    /// The address under one of `labels`, in their order, each normalised as PEP 753 has it.
    pub fn url(&self, labels: &[&str]) -> Option<&'a str> {
        let label = |text: &str| -> String {
            let letters = text.chars().filter(|c| !c.is_ascii_punctuation() && !c.is_whitespace());
            letters.flat_map(char::to_lowercase).collect()
        };
        let urls = &self.project.urls;
        labels
            .iter()
            .find_map(|wanted| urls.iter().find(|(name, _)| label(&name.value) == *wanted))
            .map(|(_, url)| url.value.as_str())
    }

    /// Where the project's page is.
    pub fn homepage(&self) -> Option<&'a str> {
        self.url(&["homepage"])
    }

    /// Where the documentation is.
    pub fn documentation(&self) -> Option<&'a str> {
        self.url(&["documentation", "docs"])
    }

    /// Where issues are told.
    pub fn issues(&self) -> Option<&'a str> {
        self.url(&["issues", "bugs", "issue", "tracker", "issuetracker", "bugtracker"])
    }

    /// Where the source is: the address called so, or a page at a forge.
    pub fn repository(&self) -> Option<Repository<'a>> {
        let named = self.url(&["source", "repository", "sourcecode", "github"]);
        let at_a_forge = || self.homepage().filter(|url| forge(url).is_some());
        let url = named.or_else(at_a_forge)?.trim_end_matches('/');
        let url = url.strip_suffix(".git").unwrap_or(url);
        Some(Repository { url, source: forge(url) })
    }

    /// The SPDX expression of the licence.
    pub fn license(&self) -> Option<&'a str> {
        match self.project.license.as_ref()? {
            License::Expression(expression) => {
                expression.value.as_ref().ok().map(|expression| expression.canonical.as_str())
            }
            License::Text(_) | License::File(_) => None,
        }
    }

    /// The first author's name and mail address.
    pub fn author(&self) -> Option<(&'a str, Option<&'a str>)> {
        let mut people = self.project.authors.iter().chain(&self.project.maintainers);
        people.find_map(|author| Some((author.person.name.as_deref()?, author.person.email.as_deref())))
    }

    /// What is missing to start the server by a command.
    pub fn without_script(&self) -> Option<MissingInput> {
        if self.script.is_some() {
            return None;
        }
        if let Some(set) = &self.project.settings.script {
            let what =
                format!("needs the script `{}`, and `[project.scripts]` has none of that name", set.value);
            return Some(MissingInput::at(set.span, what, "name one of the scripts"));
        }
        Some(MissingInput::missing(
            "needs the script that starts the server",
            "add it to `[project.scripts]`, named like the project; of several, name it by `script` in `[tool.mcp-backend]`",
        ))
    }

    /// What is missing where a client starts the server and talks to it over its stdin and stdout.
    pub fn without_stdio(&self) -> Option<MissingInput> {
        let (names, causes) = self.reached.instead_of_stdio(self.variables)?;
        let served = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let plain: Vec<_> = causes.iter().map(|cause| cause.trim_start_matches("env:")).collect();
        let unless = match &*plain {
            [] => " alone".to_owned(),
            plain => format!(" unless {} says otherwise", listed(plain)),
        };
        let what = format!("needs a server over stdio, and this one serves over {served}{unless}");
        Some(MissingInput::missing(what, Self::offering_stdio(&causes)))
    }

    /// How to offer stdio as well, where `causes` change the transport.
    fn offering_stdio(causes: &[&str]) -> String {
        match causes {
            [option] if option.starts_with("--") && tells_transport(option) => {
                format!("add `arguments = [\"{option}\", \"stdio\"]` under `[tool.mcp-backend]`")
            }
            _ => "let the script serve over stdio unless it is told otherwise: `mcp.run()`".to_owned(),
        }
    }

    /// What is missing where a client starts the script.
    pub fn without_start(&self) -> impl Iterator<Item = MissingInput> {
        self.without_script().into_iter().chain(self.without_stdio())
    }

    /// What is missing to name the server as the registry does.
    pub fn without_server_name(&self) -> Option<MissingInput> {
        self.server_name.is_none().then(|| {
            let name = "io.github.you/weather";
            let setting =
                format!("add `mcp-name = \"{name}\"` under `[tool.mcp-backend]`, with your own names");
            let marker = match self.project.readme.as_ref().map(|readme| &readme.source) {
                Some(ReadmeSource::File(file)) if file.value.ends_with(".md") => {
                    format!(", and add to `{}`:\n<!-- mcp-name: {name} -->", file.value)
                }
                _ => String::new(),
            };
            MissingInput::missing("needs the server's name in the registry", setting + &marker)
        })
    }

    /// What is missing to describe the server.
    pub fn without_description(&self) -> Option<MissingInput> {
        self.description.trim().is_empty().then(|| {
            MissingInput::missing(
                "needs a description",
                "add `description = \"Tells the weather\"` under `[project]`, in words of your own",
            )
        })
    }

    /// What keeps the version from being a semantic one.
    pub fn without_semver(&self) -> Option<MissingInput> {
        let fault = self.semver().err()?;
        let what = format!("needs a semantic version, and `{}` is {fault}", self.version);
        let remedy = "give the release a version of three numbers, with `a1`, `b1` or `rc1` behind at most";
        Some(match &self.project.version {
            Some(version) => MissingInput::at(version.span, what, remedy),
            None => MissingInput::missing(what, remedy),
        })
    }
}

/// The script that starts the server: the one that is set, the one named like the project, or the only one.
fn script<'a>(project: &'a Project, own: &str) -> Option<&'a str> {
    let names: Vec<&str> = scripts(project).collect();
    if let Some(set) = &project.settings.script {
        return names.into_iter().find(|name| **name == set.value);
    }
    let alike = |script: &&&str| name::normalize(script) == name::normalize(own);
    let exactly = names.iter().find(|script| **script == own);
    exactly.or_else(|| names.iter().find(alike)).or(names.first().filter(|_| names.len() == 1)).copied()
}

fn scripts(project: &Project) -> impl Iterator<Item = &str> {
    let scripts = project.scripts().filter(|(group, _)| group.name.value == "console_scripts");
    scripts.map(|(_, entry)| entry.name.value.as_str())
}

fn forge(url: &str) -> Option<&'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/')?;
    let parts = path.trim_end_matches('/').split('/').count();
    match host {
        "github.com" if parts == 2 => Some("github"),
        "gitlab.com" if parts >= 2 => Some("gitlab"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project;
    use crate::sdk::Transport;

    fn on(text: &str, check: impl FnOnce(&Publication<'_>)) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project::read(format!("[project]\nname = \"Weather_MCP\"\n{text}").into_bytes());
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let version = crate::spec::version::parse("1.2.0rc1").expect("a version");
        let primitives = Primitives::default();
        check(&Publication::new(&project, &tree, Some(version), &primitives));
    }

    #[test]
    fn runs_the_script_that_is_meant() {
        let cases = [
            (
                "[project.scripts]\nweather-mcp = \"a:b\"\nother = \"a:c\"",
                Some("weather-mcp"),
                "weather-mcp@1.2.0rc1",
            ),
            ("[project.scripts]\nonly = \"a:b\"", Some("only"), "--from Weather_MCP==1.2.0rc1 only"),
            ("[project.scripts]\na = \"a:b\"\nb = \"a:c\"", None, "--from Weather_MCP==1.2.0rc1 Weather_MCP"),
            (
                "[project.scripts]\na = \"a:b\"\nb = \"a:c\"\n[tool.mcp-backend]\nscript = \"b\"\narguments = [\"serve\"]",
                Some("b"),
                "--from Weather_MCP==1.2.0rc1 b serve",
            ),
            (
                "[project.gui-scripts]\nweather-mcp = \"a:b\"",
                None,
                "--from Weather_MCP==1.2.0rc1 Weather_MCP",
            ),
        ];
        for (text, script, command) in cases {
            on(text, |publication| {
                assert_eq!(publication.script, script, "{text}");
                if script.is_some() {
                    assert_eq!(publication.uvx(true).join(" "), command, "{text}");
                } else {
                    assert!(publication.without_script().is_some());
                }
            });
        }
    }

    #[test]
    fn a_server_over_http_alone_is_no_program_for_clients() {
        let over = |transports: &[Transport]| {
            let mut refusing = Vec::new();
            on("[project.scripts]\nweather-mcp = \"a:b\"", |publication| {
                let reached = Reached::by(transports.iter().copied());
                let (project, tree, primitives) =
                    (publication.project, publication.tree, publication.primitives);
                let version = Some(publication.version.clone());
                let publication =
                    Publication { reached, ..Publication::new(project, tree, version, primitives) };
                let needs_stdio =
                    |lacks: Vec<MissingInput>| lacks.iter().any(|lack| lack.what.contains("over stdio"));
                let all = Channel::ALL.iter();
                refusing =
                    all.filter(|one| needs_stdio(one.lacks(&publication))).map(|one| one.name()).collect();
            });
            refusing
        };
        assert!(over(&[]).is_empty() && over(&[Transport::Sse, Transport::Stdio]).is_empty());
        let expected = ["client-config", "docker-catalog", "install-script", "mcpb", "npm"];
        assert_eq!(over(&[Transport::Sse]), expected);
    }

    #[test]
    fn knows_the_repository_under_its_labels() {
        let github = Some(Repository { url: "https://github.com/you/weather", source: Some("github") });
        let cases = [
            ("Source = \"https://github.com/you/weather.git\"", github),
            ("\"Source Code\" = \"https://github.com/you/weather/\"", github),
            ("Homepage = \"https://github.com/you/weather\"", github),
            ("Homepage = \"https://weather.example\"", None),
            (
                "Repository = \"https://codeberg.org/you/weather\"",
                Some(Repository { url: "https://codeberg.org/you/weather", source: None }),
            ),
        ];
        for (text, repository) in cases {
            on(&format!("[project.urls]\n{text}"), |publication| {
                assert_eq!(publication.repository(), repository, "{text}");
            });
        }
    }
}
