//! What commands may call the project and its scripts by.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Subject;
use crate::registry_files::Word;
use crate::spec::name;

/// A wrong name, and what to write in its place.
pub(crate) struct WrongName {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to write.
    pub(crate) right: String,
}

/// The names that commands may use.
pub(crate) struct KnownNames<'s> {
    project: &'s str,
    normal: String,
    scripts: Vec<&'s str>,
    /// What others are called that commands may well name.
    others: BTreeSet<String>,
}

impl<'s> KnownNames<'s> {
    /// None where they are not known for sure.
    pub(crate) fn of(subject: &Subject<'s>) -> Option<Self> {
        let project = subject.project;
        let name = project.name.as_ref().filter(|name| name::is_valid(&name.value))?;
        let unsure = ["scripts", "gui-scripts", "entry-points"];
        if unsure.iter().any(|key| project.is_dynamic(key) || project.misread(&format!("project.{key}"))) {
            return None;
        }
        let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
        let required = project.dependencies.iter().chain(extras);
        let required =
            required.filter_map(|requirement| Some(name::normalize(&requirement.value.as_ref().ok()?.name)));
        let tools = ["mcp", "fastmcp", "uv", "python"].map(str::to_owned);
        Some(Self {
            project: &name.value,
            normal: name::normalize(&name.value),
            scripts: project.scripts().map(|(_, entry)| entry.name.value.as_str()).collect(),
            others: required.chain(tools).collect(),
        })
    }

    /// The fault of a word that names what is installed.
    pub(crate) fn package(&self, word: &Word) -> Option<WrongName> {
        let (written, range) = word.distribution()?;
        let normal = name::normalize(written);
        if normal == self.normal || self.others.contains(&normal) {
            return None;
        }
        let is_script = self.scripts.contains(&written);
        (is_script || is_near(written, self.project)).then(|| WrongName {
            range,
            message: format!("`{written}` is not the project `{}`", self.project),
            right: self.project.to_owned(),
        })
    }

    /// The fault of a word that names a command of this project.
    pub(crate) fn script(&self, package: &Word, word: &Word) -> Option<WrongName> {
        let own = package.distribution().is_some_and(|(written, _)| name::normalize(written) == self.normal);
        if !own || self.scripts.contains(&word.text.as_str()) || word.distribution()?.0 != word.text {
            return None;
        }
        let meant = match self.scripts.as_slice() {
            [only] => only,
            several => several.iter().find(|script| is_near(&word.text, script))?,
        };
        // the environment holds the commands of the requirements too
        is_near(&word.text, meant).then(|| WrongName {
            range: word.range.clone(),
            message: format!("`{}` has no script `{}`", self.project, word.text),
            right: (*meant).to_owned(),
        })
    }

    /// The fault of a word that is both: `uvx weather`.
    pub(crate) fn tool(&self, word: &Word, quoted: bool) -> Option<WrongName> {
        let (written, range) = word.distribution()?;
        let normal = name::normalize(written);
        if self.scripts.contains(&written) && normal == self.normal || self.others.contains(&normal) {
            return None;
        }
        let literal = self.scripts.iter().find(|script| name::normalize(script) == self.normal);
        let near = normal == self.normal || is_near(written, self.project);
        let message = || format!("`{written}` is not the project `{}`", self.project);
        if let Some(literal) = literal {
            let wrong = near || self.scripts.contains(&written);
            // a script of another name is started out of the project
            if self.scripts.contains(&written) {
                return Some(self.out_of(written, range, quoted, message()));
            }
            let message = if normal == self.normal {
                format!("`uvx` looks for a script `{written}`, and it is called `{literal}`")
            } else {
                message()
            };
            return (wrong && *literal != written).then(|| WrongName {
                range,
                message,
                right: (*literal).to_owned(),
            });
        }
        if self.scripts.contains(&written) {
            return Some(self.out_of(written, range, quoted, message()));
        }
        let [only] = self.scripts.as_slice() else { return None };
        let message =
            if normal == self.normal { format!("`{written}` has no script of its name") } else { message() };
        near.then(|| self.out_of(only, range, quoted, message))
    }

    /// The fault of a command by its name alone, which stands where one of this project is meant.
    pub(crate) fn bare(&self, word: &Word) -> Option<WrongName> {
        let written = word.text.as_str();
        if self.is_known(written) || self.scripts.is_empty() {
            return None;
        }
        let near = self.scripts.iter().find(|script| is_near(written, script));
        let near = near.or_else(|| self.scripts.first().filter(|_| is_near(written, self.project)));
        near.map(|script| WrongName {
            range: word.range.clone(),
            message: format!("`{}` has no script `{written}`", self.project),
            right: (*script).to_owned(),
        })
    }

    /// Whether a word names the project, one of its scripts, or something that commands may well name.
    pub(crate) fn is_known(&self, word: &str) -> bool {
        self.scripts.contains(&word) || self.others.contains(&name::normalize(word))
    }

    /// Whether a word is the project's name or a script's, in whatever spelling.
    pub(crate) fn is_own(&self, word: &str) -> bool {
        let normal = name::normalize(word);
        normal == self.normal || self.scripts.iter().any(|script| name::normalize(script) == normal)
    }

    /// The scripts of the project.
    pub(crate) fn scripts(&self) -> &[&'s str] {
        &self.scripts
    }

    /// The script written as one of this project.
    fn out_of(&self, script: &str, range: Range<usize>, quoted: bool, message: String) -> WrongName {
        let between = if quoted { "\", \"" } else { " " };
        let right = format!("--from{between}{}{between}{script}", self.project);
        WrongName { range, message, right }
    }
}

/// Whether one name was probably meant as the other: the same but for spelling and the words that all servers are
/// called by, or but for one slip.
pub(crate) fn is_near(written: &str, meant: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        let fillers = ["mcp", "server", "py", "python"];
        let words = name::normalize(name);
        words.split('-').filter(|word| !fillers.contains(word)).map(str::to_owned).collect()
    };
    let (left, right) = (words(written), words(meant));
    left == right && !left.is_empty() || one_slip(&name::normalize(written), &name::normalize(meant))
}

/// Whether one letter too many, too few or wrong, or two swapped, make one name of the other.
fn one_slip(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let head = short.iter().zip(long).take_while(|(left, right)| left == right).count();
    let tail =
        short[head..].iter().rev().zip(long.iter().rev()).take_while(|(left, right)| left == right).count();
    let (short, long) = (&short[head..short.len() - tail], &long[head..long.len() - tail]);
    let letters = short.iter().chain(long).all(u8::is_ascii_alphabetic);
    // `weather2` is a name of its own, and short names are near to many
    letters
        && left.len().min(right.len()) >= 6
        && match (short, long) {
            ([] | [_], [_]) => true,
            ([a, b], [c, d]) => a == d && b == c,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_what_was_meant() {
        for (left, right) in [
            ("weather-mcp", "weather"),
            ("mcp_server_weather", "weather-mcp-server"),
            ("Weather", "weather"),
            ("weathr", "weather"),
            ("waether", "weather"),
            ("weatherr", "weather"),
        ] {
            assert!(is_near(left, right) && is_near(right, left), "{left} {right}");
        }
        for (left, right) in [
            ("weather2", "weather"),
            ("mcp-server-git", "mcp-server-time"),
            ("mcp-server", "mcp"),
            ("cat", "car"),
            ("weather-cli", "weather"),
            ("", "weather"),
        ] {
            assert!(!is_near(left, right), "{left} {right}");
        }
    }
}
