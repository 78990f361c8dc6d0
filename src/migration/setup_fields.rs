//! What `setup()` was told, as fields of `[project]`.

use super::work::{self, Work, array, quoted};
use crate::foreign::{Said, Setup};

/// Writes `[project]` where it is missing, and what it leaves open where it is there.
pub(super) fn put(work: &mut Work<'_>, setup: &Setup) {
    work.named = setup.text("name").map(str::to_owned);
    let has = work.document.at("project").is_some();
    told(work, setup);
    let mut fields = fields(work, setup);
    if !has && let Some(literal) = work.literal.take() {
        work.write_literal(&literal);
    }
    if !has && work.from_tags.is_some() {
        fields.insert(1.min(fields.len()), ("dynamic".to_owned(), "[\"version\"]".to_owned()));
    } else if !has && work.is_settled("version") {
        let version = work.settled("version");
        fields.insert(1.min(fields.len()), ("version".to_owned(), version));
    }
    if has {
        for (key, value) in fields {
            if work.is_dynamic(&key) {
                work.settle(&key, value);
            }
        }
        return;
    }
    let (tables, plain): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(_, value)| value.starts_with('\n'));
    let mut text = "[project]\n".to_owned();
    text.extend(plain.iter().map(|(key, value)| format!("{key} = {value}\n")));
    text.extend(tables.iter().map(|(key, value)| format!("\n[project.{key}]{value}")));
    let end = work.document.source.text().len();
    let gap = if end == 0 || work.document.source.text().ends_with("\n\n") { "" } else { "\n" };
    work.document.insert(end, &format!("{gap}{text}"));
}

/// What of `setup()` has no counterpart.
fn told(work: &mut Work<'_>, setup: &Setup) {
    const KNOWN: &[&str] = &[
        "name",
        "version",
        "description",
        "long_description",
        "long_description_content_type",
        "author",
        "author_email",
        "maintainer",
        "maintainer_email",
        "url",
        "download_url",
        "project_urls",
        "license",
        "license_files",
        "classifiers",
        "keywords",
        "python_requires",
        "install_requires",
        "extras_require",
        "entry_points",
        "packages",
        "package_dir",
        "py_modules",
        "package_data",
        "exclude_package_data",
        "include_package_data",
        "zip_safe",
        "platforms",
        "cmdclass",
        "setup_requires",
        "use_scm_version",
    ];
    let unknown = setup
        .said
        .iter()
        .filter(|(name, said, ..)| !KNOWN.contains(&name.as_str()) && !matches!(said, Said::Computed));
    for (name, _, file, line) in unknown {
        let goes = work.changes.iter().any(|change| change.path.as_str() == *file);
        let goes = if goes { "; the file no longer says it" } else { "" };
        work.note(file, *line, format!("`{name}` has no counterpart in `pyproject.toml`{goes}"));
    }
}

fn fields(work: &mut Work<'_>, setup: &Setup) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |key: &str, value: String| fields.push((key.to_owned(), value));
    if let Some(name) = setup.text("name") {
        put("name", quoted(name));
    }
    match setup.text("version").map(|text| (text, text.split_once(':'))) {
        Some((_, Some(("attr", attr)))) => {
            work.version_at(attr);
        }
        Some((_, Some(("file", file)))) => {
            work.version_file(file.trim());
        }
        Some((text, _)) => put("version", quoted(text)),
        None => {}
    }
    if let Some(text) = setup.text("description").filter(|text| !text.is_empty()) {
        put("description", quoted(text));
    }
    let readme = setup.text("long_description").and_then(|text| text.strip_prefix("file:")).map(str::trim);
    match readme.filter(|file| !file.contains([',', '\n'])) {
        Some(file) => put("readme", quoted(file)),
        None if setup.get("long_description").is_some() => {
            if let (Some(_), Some((file, line))) = (readme, setup.place("long_description")) {
                work.note(
                    file,
                    line,
                    "the readme was put together from several files: `[project]` names one",
                );
            }
            let files = ["README.md", "README.rst", "README.txt"];
            if let Some(file) = files.into_iter().find(|file| work.read(file).is_some()) {
                put("readme", quoted(file));
            }
        }
        None => {}
    }
    if let Some(text) = setup.text("python_requires") {
        put("requires-python", quoted(text));
    }
    if let Some(text) = setup.text("license").filter(|text| !text.is_empty()) {
        let valid = crate::spec::license::parse(text).is_ok();
        put("license", if valid { quoted(text) } else { format!("{{ text = {} }}", quoted(text)) });
    }
    if let Some(files) = setup.list("license_files") {
        put("license-files", array(&files));
    }
    for (key, name, mail) in
        [("authors", "author", "author_email"), ("maintainers", "maintainer", "maintainer_email")]
    {
        let parts = [("name", setup.text(name)), ("email", setup.text(mail))];
        let parts: Vec<String> =
            parts.iter().filter_map(|(key, text)| Some(format!("{key} = {}", quoted((*text)?)))).collect();
        if !parts.is_empty() {
            put(key, format!("[{{ {} }}]", parts.join(", ")));
        }
    }
    let keywords = match setup.get("keywords") {
        Some(Said::Text(text)) => text
            .split([',', '\n'])
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect(),
        Some(Said::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let (mut required, extras) = extras(work, setup);
    required.splice(
        0..0,
        setup
            .list("install_requires")
            .and_then(|all| listed(work, setup, "install_requires", all))
            .unwrap_or_default(),
    );
    let classifiers = setup.list("classifiers").and_then(|all| listed(work, setup, "classifiers", all));
    for (key, items) in
        [("keywords", keywords), ("classifiers", classifiers.unwrap_or_default()), ("dependencies", required)]
    {
        if !items.is_empty() {
            put(key, array(&items));
        }
    }
    tables(setup, &mut put);
    if !extras.is_empty() {
        let lines = extras.iter().map(|(name, items)| format!("{} = {}\n", work::key(name), array(items)));
        put("optional-dependencies", format!("\n{}", lines.collect::<String>()));
    }
    fields
}

/// The fields that are tables.
fn tables(setup: &Setup, put: &mut impl FnMut(&str, String)) {
    let mut urls = setup.table("project_urls");
    let home = [("Homepage", "url"), ("Download", "download_url")];
    urls.splice(
        0..0,
        home.iter().filter_map(|(label, key)| Some(((*label).to_owned(), vec![setup.text(key)?.to_owned()]))),
    );
    let line = |(name, values): (String, Vec<String>)| {
        format!("{} = {}\n", work::key(&name), quoted(&values.concat()))
    };
    let table = |entries: Vec<(String, Vec<String>)>| {
        format!("\n{}", entries.into_iter().map(line).collect::<String>())
    };
    if !urls.is_empty() {
        put("urls", table(urls));
    }
    for (group, entries) in setup.table("entry_points") {
        let key = match group.as_str() {
            "console_scripts" => "scripts".to_owned(),
            "gui_scripts" => "gui-scripts".to_owned(),
            other => format!("entry-points.{}", work::key(other)),
        };
        let pairs = entries.iter().filter_map(|entry| entry.split_once('='));
        put(
            &key,
            table(
                pairs.map(|(name, value)| (name.trim().to_owned(), vec![value.trim().to_owned()])).collect(),
            ),
        );
    }
}

/// The items of a list, or what the files hold that it names; what cannot be read is told.
fn listed(work: &mut Work<'_>, setup: &Setup, name: &str, items: Vec<String>) -> Option<Vec<String>> {
    let Some(files) = items.first().and_then(|first| first.strip_prefix("file:")) else { return Some(items) };
    let files: Vec<String> = files.split(',').map(|file| file.trim().to_owned()).collect();
    let read = if name == "classifiers" { work.lines_of(&files) } else { work.requirements_of(&files) };
    if read.is_none() {
        let (file, line) = setup.place(name).unwrap_or(("setup.cfg", 1));
        work.note(
            file,
            line,
            format!("`{name}` is read from a file that is not plain: write it into `[project]`"),
        );
    }
    read
}

/// What is always required under a condition, and the extras: `dev`, `dev:python_version < "3.11"`, `:os_name == "nt"`.
fn extras(work: &mut Work<'_>, setup: &Setup) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let (mut always, mut extras) = (Vec::new(), Vec::<(String, Vec<String>)>::new());
    for (name, items) in setup.table("extras_require") {
        let Some(items) = listed(work, setup, "extras_require", items) else { continue };
        let (extra, condition) = name.split_once(':').unwrap_or((&name, ""));
        let conditional = |item: &String| match item.split_once(';') {
            _ if condition.is_empty() => item.clone(),
            Some((item, own)) => format!("{}; ({}) and ({condition})", item.trim(), own.trim()),
            None => format!("{item}; {condition}"),
        };
        let items = items.iter().map(conditional);
        match extras.iter_mut().find(|(other, _)| other == extra) {
            _ if extra.is_empty() => always.extend(items),
            Some((_, all)) => all.extend(items),
            None => extras.push((extra.to_owned(), items.collect())),
        }
    }
    (always, extras)
}
