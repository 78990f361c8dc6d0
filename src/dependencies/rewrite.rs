//! A requirement with another bound, and nothing else of it changed.

use std::ops::Range;

use super::{Bounds, Declared};
use crate::project::Project;
use crate::spec::requirement::Requirement;
use crate::text::Span;

/// A requirement as it should stand, and the edit that makes it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The whole requirement.
    pub text: String,
    /// What is replaced in `pyproject.toml`, and by what; none where the string is written with escapes.
    pub edit: Option<(Span, String)>,
}

impl Declared<'_> {
    /// The requirement that also says `<bound`.
    pub fn below(&self, project: &Project, bound: &str) -> Option<Rewrite> {
        let clauses = self.clauses();
        match clauses.iter().find(|range| self.at(range).starts_with('<')) {
            Some(range) => self.rewrite(project, range.clone(), &format!("<{bound}")),
            None => self.appended(project, &clauses, &format!("<{bound}")),
        }
    }

    /// The requirement that begins with `bound`.
    pub fn from(&self, project: &Project, bound: &str) -> Option<Rewrite> {
        let clauses = self.clauses();
        let written = clauses.iter().find(|range| self.at(range).starts_with(['>', '~']));
        match written {
            Some(range) if self.at(range).starts_with('~') => {
                // `~=1.9.1` also says where to end
                let short = self.at(range).matches('.').count() == 1;
                let version = self.at(range)[2..].trim();
                let same = version.split('.').next() == bound.split('.').next();
                (short && same).then(|| self.rewrite(project, range.clone(), &format!("~={bound}")))?
            }
            Some(range) => self.rewrite(project, range.clone(), &format!(">={bound}")),
            None => match clauses.first() {
                Some(first) => self.rewrite(project, first.start..first.start, &format!(">={bound},")),
                None => self.appended(project, &clauses, &format!(">={bound}")),
            },
        }
    }

    /// The requirement within both bounds, as far as they are given.
    pub fn within(&self, project: &Project, bounds: &Bounds) -> Option<String> {
        let raised = match bounds.floor {
            Some(floor) => self.from(project, floor)?.text,
            None => self.requirement.text.trim().to_owned(),
        };
        let Some(ceiling) = &bounds.ceiling else { return Some(raised) };
        let requirement = Requirement::parse(&raised).ok()?;
        Declared { requirement: &requirement, span: self.span }
            .below(project, ceiling)
            .map(|rewrite| rewrite.text)
    }

    /// The requirement with `specifiers` in place of its own.
    pub fn with(&self, project: &Project, specifiers: &str) -> Option<Rewrite> {
        let clauses = self.clauses();
        let (first, last) = (clauses.first()?, clauses.last()?);
        self.rewrite(project, first.start..last.end, specifiers)
    }

    /// Whether the requirement says anything of versions.
    pub fn is_bare(&self) -> bool {
        self.clauses().is_empty()
    }

    fn appended(&self, project: &Project, clauses: &[Range<usize>], clause: &str) -> Option<Rewrite> {
        let Some(last) = clauses.last() else {
            let end = self.requirement.detail_range.end;
            return self.rewrite(project, end..end, clause);
        };
        let spaced = clauses.len() > 1 && self.requirement.text[..last.start].ends_with(' ');
        self.rewrite(project, last.end..last.end, &format!(",{}{clause}", if spaced { " " } else { "" }))
    }

    fn rewrite(&self, project: &Project, range: Range<usize>, content: &str) -> Option<Rewrite> {
        let mut text = self.requirement.text.clone();
        text.replace_range(range.clone(), content);
        Requirement::parse(&text).ok()?;
        // an empty stretch has no place of its own
        let before = project.within(self.span, &(0..range.end));
        let plain = before != self.span || range.end == self.requirement.text.len() && self.is_plain(project);
        let edit = plain.then(|| {
            let end = if before == self.span { self.span.end as usize - 1 } else { before.end as usize };
            (Span::new(end - range.len(), end), content.to_owned())
        });
        Some(Rewrite { text: text.trim().to_owned(), edit })
    }

    fn is_plain(&self, project: &Project) -> bool {
        let raw = project.source.slice(self.span);
        raw.len() == self.requirement.text.len() + 2 && project.written(self.span) == self.requirement.text
    }

    fn at(&self, range: &Range<usize>) -> &str {
        &self.requirement.text[range.clone()]
    }

    /// Where each specifier stands, without the blanks around it.
    fn clauses(&self) -> Vec<Range<usize>> {
        let detail = self.requirement.detail_range.clone();
        let mut start = detail.start;
        let mut clauses = Vec::new();
        for piece in self.requirement.text[detail].split(',') {
            let is_around = |c: char| c.is_whitespace() || c == '(' || c == ')';
            let trimmed = piece.trim_matches(is_around);
            let at = start + piece.len() - piece.trim_start_matches(is_around).len();
            if !trimmed.is_empty() {
                clauses.push(at..at + trimmed.len());
            }
            start += piece.len() + 1;
        }
        clauses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(written: &str, change: impl Fn(&Declared<'_>, &Project) -> Option<Rewrite>) -> String {
        let text = format!("[project]\nname = 'x'\ndependencies = ['httpx', {written}]\n");
        let project = crate::project::read(text.clone().into_bytes());
        let wanted = project.dependencies.last().expect("a dependency");
        let requirement = wanted.value.as_ref().expect("a requirement");
        let Some(rewrite) = change(&Declared { requirement, span: wanted.span }, &project) else {
            return "none".to_owned();
        };
        let Some((span, content)) = rewrite.edit else { return format!("no edit: {}", rewrite.text) };
        let mut edited = text;
        edited.replace_range(span.range(), &content);
        let project = crate::project::read(edited.clone().into_bytes());
        let last = project.dependencies.last().expect("a dependency");
        assert_eq!(
            last.value.as_ref().map(|requirement| requirement.text.as_str()),
            Ok(rewrite.text.as_str())
        );
        edited.lines().last().unwrap_or_default().replace("dependencies = ['httpx', ", "")
    }

    #[test]
    fn sets_an_upper_bound() {
        for (written, expected) in [
            ("'mcp'", "'mcp<2'"),
            ("'mcp[cli]'", "'mcp[cli]<2'"),
            ("\"mcp[cli]>=1.6\"", "\"mcp[cli]>=1.6,<2\""),
            ("'mcp>=1.2, !=1.5'", "'mcp>=1.2, !=1.5, <2'"),
            ("'mcp>=1.2,<3'", "'mcp>=1.2,<2'"),
            ("'mcp <= 3'", "'mcp <2'"),
            ("'mcp (>=1.2)'", "'mcp (>=1.2,<2)'"),
            ("'mcp>=1.2 ; python_version >= \"3.10\"'", "'mcp>=1.2,<2 ; python_version >= \"3.10\"'"),
            ("'mcp; python_version >= \"3.10\"'", "'mcp<2; python_version >= \"3.10\"'"),
            ("'''mcp>=1.2'''", "no edit: mcp>=1.2,<2"),
            ("\"mcp\\u003e=1.2\"", "no edit: mcp>=1.2,<2"),
        ] {
            let found = rewritten(written, |declared, project| declared.below(project, "2"));
            assert_eq!(found.trim_end_matches(']'), expected, "{written}");
        }
    }

    #[test]
    fn sets_a_lower_bound() {
        for (written, expected) in [
            ("'mcp'", "'mcp>=1.2'"),
            ("'mcp>=1.0'", "'mcp>=1.2'"),
            ("'mcp >= 1.0, < 2'", "'mcp >=1.2, < 2'"),
            ("'mcp<2'", "'mcp>=1.2,<2'"),
            ("'mcp~=1.0'", "'mcp~=1.2'"),
            ("'mcp~=1.0.0'", "none"),
            ("'mcp==1.*'", "'mcp>=1.2,==1.*'"),
        ] {
            let found = rewritten(written, |declared, project| declared.from(project, "1.2"));
            assert_eq!(found.trim_end_matches(']'), expected, "{written}");
        }
    }
}
