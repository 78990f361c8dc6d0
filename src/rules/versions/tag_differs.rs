use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::version::Version;
use crate::version_source::TagForms;

declare_rule! {
    /// ## What it does
    /// Checks that the version is that of the tag which git has on the commit that is checked out: `v1.4.0`, `1.4.0` or
    /// `weather-v1.4.0`.
    ///
    /// A moving tag such as `v1`, and a development release, are left alone. `.git` is read where it lies at the
    /// project's root; git itself is not run.
    ///
    /// ## Why is this bad?
    /// Someone tagged a release and forgot to raise the version: the upload is refused as a duplicate, or the release
    /// goes out under another version than its notes.
    ///
    /// ## Example
    /// `.git/HEAD`:
    /// ```text
    /// 0123456789abcdef0123456789abcdef01234567
    /// ```
    ///
    /// `.git/refs/tags/v1.1.0`:
    /// ```text
    /// 0123456789abcdef0123456789abcdef01234567
    /// ```
    ///
    /// Use instead:
    /// `.git/HEAD`:
    /// ```text
    /// 0123456789abcdef0123456789abcdef01234567
    /// ```
    ///
    /// `.git/refs/tags/v1.0.0`:
    /// ```text
    /// 0123456789abcdef0123456789abcdef01234567
    /// ```
    VER006 "tag-differs" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some((version, place)) = subject.version().filter(|(version, _)| !version.is_dev()) else { return };
    let Some(tags) = subject.tree.tags() else { return };
    let own = subject.project.name.as_ref().map(|name| name::normalize(&name.value)).unwrap_or_default();
    let prefix = subject.project.settings.tag_prefix.as_ref().map(|prefix| prefix.value.as_str());
    let forms = TagForms::new(&own, prefix);
    let tagged = tags.iter().filter_map(|tag| Some((tag, forms.version_of(tag)?)));
    let tagged: Vec<_> = tagged.filter(|(_, tagged)| !moves(tagged, &version)).collect();
    let Some((tag, meant)) = tagged.iter().max_by(|left, right| left.1.cmp(&right.1)) else { return };
    if tagged.iter().all(|(_, tagged)| *tagged != version.clone().without_local()) {
        let message = format!("the commit is tagged `{tag}`, but the version is `{version}`");
        let help = format!("write `{meant}`, or tag the commit that is to be released");
        report.push(RULE.at(place, message).help(help));
    }
}

/// Whether the tag names the line that the version belongs to: `v1` of `1.4.0`.
fn moves(tagged: &Version, version: &Version) -> bool {
    tagged.release().len() < version.release().len()
        && version.release().starts_with(tagged.release())
        && tagged != version
}
