//! A section that is made, in a file of the project: compared with what it would be now, or put there.

use std::ops::Range;
use std::path::Path;

use super::{CommandOutput, Failure};
use crate::archive;
use crate::primitive_docs::{END, NoSection, Section};
use crate::render::harmless;
use crate::text::RelPath;

/// A file of Markdown, with the blocks of code in it.
pub(super) struct MarkedFile<'f> {
    pub(super) root: &'f Path,
    pub(super) path: &'f RelPath,
    pub(super) text: &'f str,
    pub(super) code: Vec<Range<usize>>,
}

/// The section as it would be now.
pub(super) struct WantedSection {
    /// The line that begins it.
    pub(super) first: &'static str,
    pub(super) text: String,
    /// What is wrong with the file when its section is another, behind its name.
    pub(super) fault: &'static str,
    /// The command that puts it there.
    pub(super) command: String,
}

impl MarkedFile<'_> {
    /// Says whether the section is current, with the `changes` that it would take, or makes it so.
    pub(super) fn renewed(
        &self,
        wanted: &WantedSection,
        write: bool,
        changes: impl Fn(&Section<'_>, &str) -> String,
    ) -> Result<CommandOutput, Failure> {
        let name = harmless::line(self.path.as_str());
        let section = match Section::find(self.text, &self.code, wanted.first) {
            Ok(section) => section,
            Err(fault) => return Ok(refused(&format!("`{name}` {fault}"), &marking(fault, wanted))),
        };
        if section.is(&wanted.text) {
            return Ok(CommandOutput::done(format!("`{name}` is current\n")));
        }
        let stdout = changes(&section, &wanted.text);
        if write {
            let after = section.replaced(&wanted.text);
            archive::replace(self.root, self.path, Some(self.text.as_bytes()), after.as_bytes())?;
            return Ok(CommandOutput::done(format!("{stdout}wrote `{name}`\n")));
        }
        let fault = format!("`{name}` {}", wanted.fault);
        Ok(CommandOutput { stdout, ..refused(&fault, &format!("write it with `{}`", wanted.command)) })
    }
}

/// What to do for a file that has no section.
fn marking(fault: NoSection, wanted: &WantedSection) -> String {
    let (first, command) = (wanted.first, &wanted.command);
    match fault {
        NoSection::Unmarked => {
            format!(
                "put these lines where the section is to stand, then run `{command}`:\n\n{first}\n{END}\n"
            )
        }
        NoSection::Half => format!("the section begins with `{first}` and ends with `{END}`"),
        NoSection::Several => "keep one pair of the lines".to_owned(),
    }
}

/// The command's answer when it does nothing.
pub(super) fn refused(fault: &str, help: &str) -> CommandOutput {
    CommandOutput { status: 1, stderr: format!("error: {fault}\nhelp: {help}\n"), ..CommandOutput::default() }
}
