//! What evaluating an expression does: it may bind names, make servers, or reach into namespaces.

use ruff_python_ast::{self as ast, Expr, ExprContext};
use ruff_text_size::Ranged as _;

use super::expression::{Pending, callee, dotted, plain_text, push_parts, span, value};
use super::walk::Walk;
use super::{BindingKind, Exports, Spanned};

/// Stands in the list of stored attributes for one whose name is computed.
pub(super) const ANY: &str = "*";

/// The classes of the SDKs whose objects are servers.
const SERVERS: [&str; 5] = ["FastMCP", "FastMCPOpenAPI", "FastMCPProxy", "MCPServer", "Server"];

/// The SDK's server class that `path` names or, as in `FastMCP.from_openapi`, has a method of.
pub(super) fn server_class(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('.').collect();
    if parts[0] != "mcp" && parts[0] != "fastmcp" {
        return None;
    }
    let class = parts.iter().position(|part| SERVERS.contains(part))?;
    (parts.len() <= class + 2).then(|| parts[..=class].join("."))
}

impl<'a> Walk<'a> {
    /// Looks at an expression and at all its parts.
    pub(super) fn expression(&mut self, root: &'a Expr) {
        self.pending.push((root, false));
        self.run();
    }

    /// Looks at all that is pending.
    pub(super) fn run(&mut self) {
        while let Some(next) = self.pending.pop() {
            if !self.harmless(next) {
                self.effect(next);
                push_parts(next, &mut self.pending);
            }
        }
    }

    fn effect(&mut self, (expression, lambda): Pending<'a>) {
        match expression {
            Expr::Named(named) if !lambda => {
                if let Expr::Name(name) = &*named.target {
                    let kind = match value(&named.value) {
                        kind @ BindingKind::Text(_) => kind,
                        _ => BindingKind::Opaque,
                    };
                    self.bind(&name.id, span(name.range), kind);
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) if !lambda => self.frame().yields = true,
            Expr::Call(call) => self.call(call),
            Expr::Name(name) if name.id == "__all__" && name.ctx != ExprContext::Store => {
                self.facts.exports = Exports::Unknown;
            }
            Expr::Name(_) | Expr::Attribute(_) if self.is_sys_modules(expression) => {
                self.facts.dynamic = true;
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let Some(name) = callee(call) else { return };
        let arguments = &*call.arguments.args;
        let dynamic = match name.as_str() {
            "globals" => true,
            "vars" | "locals" => arguments.is_empty() && self.at_import(),
            // In a function, code without a namespace of its own binds that function's names.
            "exec" => self.at_import() || arguments.len() < 2,
            "setattr" | "delattr" => self.sets_attribute(arguments),
            _ => false,
        };
        self.facts.dynamic |= dynamic;
        // Now rather than later, as in `fastmcp = fastmcp.FastMCP()` the name is about to mean another thing.
        let path = self.qualified(&name).unwrap_or(name);
        self.facts.calls.push(Spanned::new(path, span(call.range())));
    }

    /// Whether `setattr(...)` may write to this module.
    fn sets_attribute(&mut self, arguments: &[Expr]) -> bool {
        let [object, name, ..] = arguments else { return true };
        match dotted(object) {
            Some(object) if self.qualified(&object).is_some() => {
                let name = plain_text(name).map_or(ANY, |text| &*text.value);
                self.facts.stores.insert(name.to_owned());
                false
            }
            Some(_) => false,
            None => true,
        }
    }

    /// `imported.name = ...` may set a name of another module.
    pub(super) fn stores_attribute(&mut self, attribute: &ast::ExprAttribute) {
        if dotted(&attribute.value).is_some_and(|object| self.qualified(&object).is_some()) {
            self.facts.stores.insert(attribute.attr.id.to_string());
        }
    }

    /// Reads of `globals()` and `sys.modules` that change nothing; their other parts are looked at.
    fn harmless(&mut self, (expression, lambda): Pending<'a>) -> bool {
        match expression {
            Expr::Subscript(item) if item.ctx == ExprContext::Load => {
                let this_module = item.slice.as_name_expr().is_some_and(|key| key.id == "__name__");
                let read = is_globals(&item.value) || !this_module && self.is_sys_modules(&item.value);
                if read {
                    self.pending.push((&item.slice, lambda));
                }
                read
            }
            Expr::Compare(compare) => {
                let [modules] = &*compare.comparators else { return false };
                let read = is_globals(modules) || self.is_sys_modules(modules);
                if read {
                    self.pending.push((&compare.left, lambda));
                }
                read
            }
            Expr::Attribute(method) => {
                let reads = ["get", "pop", "keys", "values", "items", "copy"];
                reads.contains(&method.attr.id.as_str()) && self.is_sys_modules(&method.value)
            }
            _ => false,
        }
    }

    fn is_sys_modules(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(name) => self.stands_for(&name.id, "sys.modules"),
            Expr::Attribute(attribute) if attribute.attr.id == "modules" => {
                attribute.value.as_name_expr().is_some_and(|module| self.stands_for(&module.id, "sys"))
            }
            _ => false,
        }
    }
}

fn is_globals(expression: &Expr) -> bool {
    let call = expression.as_call_expr();
    call.and_then(|call| call.func.as_name_expr()).is_some_and(|name| name.id == "globals")
}
