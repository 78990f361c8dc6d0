//! Modules that code finds and imports by computed names: `pkgutil`, `importlib`.

use std::rc::Rc;
use std::sync::Arc;

use super::path::package_at;
use super::value::{Arguments, CodeLocation, Instance, Value};
use super::{Host, Run};

/// What `pkgutil` tells of a module.
const MODULE_INFO: &str = "pkgutil.ModuleInfo";
/// What a module may be made from.
const SPEC: &str = "importlib.machinery.ModuleSpec";

impl<H: Host> Run<'_, H> {
    /// What is known of a call of `pkgutil` or `importlib`.
    pub(super) fn of_importlib(
        &mut self,
        path: &str,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Option<Value> {
        match path {
            "pkgutil.iter_modules" | "pkgutil.walk_packages" => {
                let packages = self.packages(arguments.get(0, "path")?)?;
                let prefix = arguments.get(1, "prefix").map_or(Some("".into()), Value::as_text)?;
                let mut found = Vec::new();
                for package in packages {
                    self.submodules(&package, &prefix, path.ends_with("walk_packages"), place, &mut found);
                }
                Some(Value::lazy(super::value::ListValue::of(found)))
            }
            "importlib.import_module" | "builtins.__import__" => Some(self.imported(path, arguments)),
            "importlib.util.spec_from_file_location" => {
                let module = package_at(arguments.get(1, "location")?)?;
                let spec = self.object(Value::foreign(SPEC), Arguments::default(), place.clone());
                spec.fields.borrow_mut().insert("origin module".into(), Value::Text(module.into()));
                Some(Value::Object(spec))
            }
            "importlib.util.module_from_spec" => {
                let Value::Object(spec) = arguments.get(0, "spec")?.without_default().0 else { return None };
                let module = spec.fields.borrow().get("origin module")?.as_text()?;
                Some(self.import(&module).map_or(Value::Unknown, |_| Value::Module(module)))
            }
            _ => None,
        }
    }

    /// The packages whose folders are given.
    fn packages(&mut self, folders: &Value) -> Option<Vec<String>> {
        let mut packages = Vec::new();
        for (folder, _) in self.items(folders)? {
            match &folder {
                Value::Module(package) => packages.push(package.to_string()),
                folder => packages.push(package_at(folder)?),
            }
        }
        Some(packages)
    }

    /// What lies in a package, in the order of the names.
    fn submodules(
        &mut self,
        package: &str,
        prefix: &str,
        deep: bool,
        place: &CodeLocation,
        found: &mut Vec<Value>,
    ) {
        let mut below: Vec<(String, bool)> = self
            .program
            .below(package)
            .into_iter()
            .map(|(name, is_package)| (name.to_owned(), is_package))
            .collect();
        below.sort();
        for (name, is_package) in below {
            let (full, told) = (format!("{package}.{name}"), format!("{prefix}{name}"));
            let info = self.object(Value::foreign(MODULE_INFO), Arguments::default(), place.clone());
            info.fields.borrow_mut().extend([
                ("module_finder".into(), Value::Unknown),
                ("name".into(), Value::text(&told)),
                ("ispkg".into(), Value::Bool(is_package)),
            ]);
            found.push(Value::Object(info));
            if deep && is_package && self.step() {
                self.import(&full);
                self.submodules(&full, &format!("{told}."), deep, place, found);
            }
        }
    }

    fn imported(&mut self, path: &str, arguments: &Arguments) -> Value {
        let Some(given) = arguments.get(0, "name") else { return Value::Unknown };
        let Some(name) = given.as_text() else { return Value::Unknown };
        let anchor = arguments.get(1, "package").and_then(Value::as_text);
        let dots = name.bytes().take_while(|byte| *byte == b'.').count();
        let name: Arc<str> = match (dots, anchor) {
            (0, _) => name,
            (_, None) => return Value::Unknown,
            (_, Some(package)) => {
                let parts: Vec<&str> = package.split('.').collect();
                let Some(kept) = (parts.len() + 1).checked_sub(dots).filter(|kept| *kept > 0) else {
                    return Value::Unknown;
                };
                let below = Some(&name[dots..]).filter(|below| !below.is_empty());
                parts[..kept].iter().copied().chain(below).collect::<Vec<_>>().join(".").into()
            }
        };
        let found = match self.import(&name) {
            // `__import__` gives the package at the top, unless names are wanted of the last
            Some(_) if path == "builtins.__import__" && arguments.get(3, "fromlist").is_none() => {
                Value::Module(name.split('.').next().unwrap_or_default().into())
            }
            Some(_) => Value::Module(name),
            None if self.program.path(&name).is_some() => Value::Unknown,
            None => Value::foreign(&name),
        };
        found.unless(given.without_default().1)
    }
}

/// The three fields of what `pkgutil` tells of a module, which is a tuple of them.
pub(super) fn fields_of_module_info(object: &Rc<Instance>) -> Option<Vec<Value>> {
    if object.class.path()? != MODULE_INFO {
        return None;
    }
    let fields = object.fields.borrow();
    ["module_finder", "name", "ispkg"].iter().map(|name| fields.get(*name).cloned()).collect()
}
