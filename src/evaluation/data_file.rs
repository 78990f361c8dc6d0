//! Data files of the project: what code reads from JSON, YAML and TOML that lies beside it.
//!
//! A file of a few lines is a text as any other. One that is longer stands as the call that read it, as nobody but a
//! parser takes it apart: `json.loads(path.read_text())` reads the file when it is parsed.

use std::rc::Rc;

use super::condition::{Causes, PathCondition};
use super::path::Place;
use super::value::{Arguments, DictValue, LONGEST, Value};
use super::{Host, Run};
use crate::spec::data::{self, Datum};
use crate::spec::yaml;

/// What opens a file: the first argument is its path.
const OPENS: [&str; 4] = ["builtins.open", "codecs.open", "io.open", "aiofiles.open"];

/// What stands for the opened file in a program, whatever opened it.
const OPEN: &str = "builtins.open";

/// The methods that give all that is in a file.
const READS: [&str; 4] = ["read", "read_bytes", "read_text", "text"];

/// So many bytes of a file are read in what one step costs.
const BYTES_A_STEP: usize = 64;

/// So many more steps are followed for each value that was read.
const STEPS_A_VALUE: usize = 30;

/// And no more for all of them.
const LARGEST: usize = 1_500_000;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Toml,
    Yaml,
}

/// What a call of a parser takes: the form, and whether that is a text; else it is an open file.
fn parser(path: &str) -> Option<(Form, Takes)> {
    let (module, function) = path.rsplit_once('.')?;
    let form = match module {
        "json" | "orjson" | "ujson" | "simplejson" | "rapidjson" => Form::Json,
        "tomllib" | "tomli" | "toml" | "rtoml" => Form::Toml,
        "yaml" => Form::Yaml,
        _ => return None,
    };
    let takes = match (form, function) {
        (Form::Json | Form::Toml, "loads") => Takes::Text,
        (Form::Toml, "load") if matches!(module, "toml" | "rtoml") => Takes::Path,
        (Form::Json | Form::Toml, "load") => Takes::File,
        (Form::Yaml, "safe_load" | "full_load" | "unsafe_load" | "load") => Takes::Either,
        _ => return None,
    };
    Some((form, takes))
}

/// What a parser takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Text,
    File,
    Either,
    /// An open file, or a path.
    Path,
}

/// The text behind a value: one that is known, or that of a file.
enum Source {
    Text(Rc<str>),
    File(Place),
}

/// The file that stands open behind a value, to be read.
fn open_file(value: &Value) -> Option<Place> {
    let Value::Object(object) = value.without_default().0 else { return None };
    let arguments = &object.arguments;
    let mode = |position| arguments.get(position, "mode").cloned();
    match &object.class {
        Value::Foreign(path) if OPENS.contains(&&**path) => {
            let reads = mode(1).is_none_or(|mode| mode.as_text().is_some_and(|mode| mode.starts_with('r')));
            Place::of(arguments.get(0, "file")?).filter(|_| reads)
        }
        Value::Member(member) if &*member.1 == "open" => {
            let reads = mode(0).is_none_or(|mode| mode.as_text().is_some_and(|mode| mode.starts_with('r')));
            Place::of(&member.0).filter(|_| reads)
        }
        _ => None,
    }
}

/// The file whose text a value stands for.
fn text_of(value: &Value) -> Option<Place> {
    let Value::Object(object) = value.without_default().0 else { return None };
    let Value::Member(member) = &object.class else { return None };
    if &*member.1 == "decode" {
        return text_of(&member.0);
    }
    if !READS.contains(&&*member.1) {
        return None;
    }
    open_file(&member.0).or_else(|| Place::of(&member.0).filter(|_| member.1.starts_with("read_")))
}

impl<H: Host> Run<'_, H> {
    /// What a parser makes of a text or a file, and what other functions read; none of anything else.
    pub(super) fn of_data(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        if let Some((form, takes)) = parser(path) {
            let given = arguments.positional.first().or_else(|| arguments.iter().next())?;
            if let (Form::Json, Value::Object(object)) = (form, given)
                && object.class.path().is_some_and(|path| path == "json.dumps")
            {
                let place = self.place(crate::text::Span::default());
                return self.of_records("copy.deepcopy", &object.arguments, &place);
            }
            let source = source(given, takes)?;
            let value = self.data_in(form, &source);
            return Some(value.unless(causes(given)));
        }
        match path {
            // what is written and read again is a copy
            "json.dumps" => {
                let first = arguments.positional.first()?.clone();
                let place = self.place(crate::text::Span::default());
                let copy = self.of_records("copy.deepcopy", &Arguments::positional([first]), &place)?;
                Some(Value::Object(self.object(Value::foreign(path), Arguments::positional([copy]), place)))
            }
            "importlib.resources.read_text" | "importlib.resources.read_binary" | "pkgutil.get_data" => {
                let file = self.resource(arguments)?;
                Some(self.text_in(&file, path == "importlib.resources.read_text"))
            }
            "importlib.resources.open_text" | "importlib.resources.open_binary" => {
                let file = self.resource(arguments)?;
                let file = self.path(&file);
                let place = self.place(crate::text::Span::default());
                Some(Value::Object(self.object(Value::foreign(OPEN), Arguments::positional([file]), place)))
            }
            // the file itself, for those who need it in a folder
            "importlib.resources.as_file" => arguments.positional.first().cloned(),
            _ => None,
        }
    }

    /// What a method gives of an open file; none of anything else.
    pub(super) fn of_open_file(&mut self, value: &Value, name: &str) -> Option<Value> {
        let file = open_file(value).filter(|_| name == "read")?;
        let text = self.text_in(&file, true);
        Some(text.unless(causes(value)))
    }

    /// The file that is named below a package.
    fn resource(&mut self, arguments: &Arguments) -> Option<Place> {
        let [package, name] = &*arguments.positional else { return None };
        let folder = self.of_paths("importlib.resources.files", &Arguments::positional([package.clone()]))?;
        Place::of(&folder)?.join(&name.as_text()?)
    }

    /// The text of a file: as it is, or as the call that reads it where it is long.
    pub(super) fn text_in(&mut self, file: &Place, is_text: bool) -> Value {
        let size = self.tree.file(file.at()).map(|file| file.size);
        let is_short = size.is_some_and(|size| size <= LONGEST as u64);
        if is_text && is_short {
            self.pay(LONGEST);
            return self.tree.text(file.at()).map_or(Value::Unknown, |text| Value::text(&unmarked(text)));
        }
        if size.is_none() {
            return Value::Unknown;
        }
        let called = self.path(file).member(&if is_text { "read_text" } else { "read_bytes" }.into());
        let place = self.place(crate::text::Span::default());
        Value::Object(self.object(called, Arguments::default(), place))
    }

    /// Counts what reading so many bytes costs.
    fn pay(&mut self, bytes: usize) {
        self.steps = self.steps.saturating_add(bytes / BYTES_A_STEP);
    }

    fn data_in(&mut self, form: Form, source: &Source) -> Value {
        let text = match source {
            Source::Text(text) => text.to_string(),
            Source::File(file) => match self.tree.text(file.at()) {
                Some(text) => unmarked(text),
                None => return Value::Unknown,
            },
        };
        self.pay(text.len());
        if self.is_exhausted() {
            return Value::Unknown;
        }
        let read = match form {
            Form::Json => data::json(&text),
            Form::Toml => data::toml(&text),
            Form::Yaml => yaml::read(&text),
        };
        let Some(datum) = read else { return Value::Unknown };
        // whoever walks over it may do so once or twice
        self.allowance = (self.allowance + datum.size() * STEPS_A_VALUE).min(LARGEST);
        Value::from(datum)
    }
}

fn source(given: &Value, takes: Takes) -> Option<Source> {
    let text = || match given.without_default().0 {
        Value::Text(text) => Some(Source::Text((&**text).into())),
        other => text_of(other).map(Source::File),
    };
    let file = || open_file(given).map(Source::File);
    match takes {
        Takes::Text => text(),
        Takes::File => file(),
        Takes::Either => file().or_else(text),
        Takes::Path => file().or_else(|| Place::of(given).map(Source::File)),
    }
}

/// What may change a value: an opened file, or a text that was read, is what its path is.
fn causes(value: &Value) -> Option<&Causes> {
    match value {
        Value::Default(_, by) => Some(by),
        Value::Object(object) => match &object.class {
            Value::Member(member) => causes(&member.0),
            Value::Foreign(_) => object.arguments.positional.first().and_then(causes),
            _ => None,
        },
        _ => None,
    }
}

/// The text without the mark of its encoding.
fn unmarked(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

impl From<Datum> for Value {
    fn from(datum: Datum) -> Self {
        match datum {
            Datum::Null => Self::None,
            Datum::Bool(truth) => Self::Bool(truth),
            Datum::Int(number) => Self::Int(number),
            Datum::Float(number) => Self::Float(number),
            Datum::Text(text) => Self::Text(text.into()),
            Datum::List(items) => Self::list(items.into_iter().map(Self::from)),
            Datum::Map(items) => {
                let dict = DictValue::default();
                let items = items
                    .into_iter()
                    .map(|(key, value)| (key.into(), value.into(), PathCondition::default()));
                dict.items.borrow_mut().extend(items);
                Self::Dict(Rc::new(dict))
            }
            Datum::Other => Self::Unknown,
        }
    }
}
