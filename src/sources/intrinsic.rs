//! Evaluates the functions of CloudFormation, and the variables of Serverless that name a place in the same file.

use super::document::{Content, DocumentNode, ScalarForm};
use super::files::Files;
use super::made::Made;
use super::placeholder::{filled, first};
use super::pulumi;
use super::value::{Data, FileId, Place, Text, Value, same};
use crate::limits::{EVALUATED_TEXT_BYTES, EVALUATION_DEPTH, EVALUATION_STEPS, TEXT_PIECES};
use std::cell::Cell;
use std::collections::HashMap;

/// A template whose values are asked for.
pub(super) struct Template<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) file: FileId,
    root: &'a DocumentNode,
    pub(super) anchors: HashMap<usize, &'a DocumentNode>,
    steps: Cell<usize>,
    /// Whether texts are what they are: there are no functions and no placeholders.
    is_literal: bool,
    /// Whether this is a program of Pulumi in YAML.
    pulumi: bool,
}

impl<'a> Template<'a> {
    pub(super) fn new(
        files: &'a Files<'a>,
        file: FileId,
        root: &'a DocumentNode,
        anchors: HashMap<usize, &'a DocumentNode>,
    ) -> Self {
        let steps = Cell::new(0);
        Template { files, file, root, anchors, steps, is_literal: false, pulumi: pulumi::is_program(root) }
    }

    /// A document whose texts are what they are, such as a plan of Terraform.
    pub(super) fn literal(self) -> Self {
        Template { is_literal: true, ..self }
    }

    pub(super) fn value(&self, node: &DocumentNode) -> Value {
        self.deep(node, 0)
    }

    fn at(&self, node: &DocumentNode) -> Place {
        Place::new(self.file, node.span)
    }

    fn deep(&self, node: &DocumentNode, depth: usize) -> Value {
        let at = self.at(node);
        self.steps.set(self.steps.get() + 1);
        if depth > EVALUATION_DEPTH || self.steps.get() > EVALUATION_STEPS {
            return Value::unknown("it takes too long to evaluate", at);
        }
        if let Content::Alias(anchor) = node.content {
            let unknown = || Value::unknown("the alias has no anchor", at);
            return self.anchors.get(&anchor).map_or_else(unknown, |node| self.deep(node, depth + 1));
        }
        if let Some(tag) = node.tag.as_deref().filter(|_| node.is_tagged()) {
            return self.function(tag.trim_start_matches('!'), node, at, depth);
        }
        match &node.content {
            Content::Scalar(text, ScalarForm::Plain) if self.is_literal && text == "null" => {
                Value::new(Data::Null, at)
            }
            Content::Scalar(..) => self.text(node, at, depth),
            Content::Sequence(list) => {
                Value::list(list.iter().map(|item| self.deep(item, depth + 1)).collect(), at)
            }
            Content::Mapping(map) => {
                if let [(key, argument)] = map.as_slice()
                    && !self.is_literal
                    && let Some(key) = key.as_text()
                    && let Some(name) = key.strip_prefix("Fn::").or_else(|| (key == "Ref").then_some("Ref"))
                {
                    return self.function(name, argument, at, depth);
                }
                if let [(key, argument)] = map.as_slice()
                    && let Some(name) = key.as_text().and_then(|key| key.strip_prefix("fn::"))
                    && self.pulumi
                {
                    return match pulumi::function(name) {
                        Some(same) => self.function(same, argument, at, depth),
                        None if name.eq_ignore_ascii_case("secret") => self.deep(argument, depth + 1),
                        None => Value::unknown(format!("`fn::{name}` is resolved when the program runs"), at),
                    };
                }
                // the span of a mapping may be its first byte only
                let source = self.files.text(self.file);
                if source.text.get(at.span.start..).is_some_and(|rest| rest.starts_with("{{")) {
                    return Value::unknown("it is a placeholder of a template language", at);
                }
                let entries = map.iter().filter_map(|(key, value)| {
                    Some((key.as_text()?.to_owned(), self.deep(value, depth + 1)))
                });
                Value::map(entries.collect(), at)
            }
            Content::Alias(_) => Value::unknown("an alias", at),
        }
    }

    /// A scalar; what is between the marks of a placeholder is not known, unless it names a place in this file.
    fn text(&self, node: &DocumentNode, at: Place, depth: usize) -> Value {
        let text = self.files.scalar(self.file, node).unwrap_or_default();
        if self.is_literal || first(&text.string).is_none() {
            return Value::text(text, at);
        }
        if self.pulumi && text.string.contains("$${") {
            return pulumi::escaped(&text, at, &|part| self.placeholders(part, at, depth));
        }
        self.placeholders(&text, at, depth)
    }

    /// A text with a value for each placeholder that is known.
    fn placeholders(&self, text: &Text, at: Place, depth: usize) -> Value {
        // a whole text that is one variable has its value
        let whole = text.string.trim();
        if let Some(value) = self.variable(whole, at, depth) {
            return value;
        }
        let mut fill = |written: &str| match self.variable(written, at, depth) {
            Some(value) => match value.to_text().filter(|text| text.first_hole().is_none()) {
                Some(text) => Ok(text),
                None => Err(value
                    .any_unknown()
                    .map_or_else(|| format!("`{written}` is no text"), |why| why.to_string())),
            },
            None => Err(format!("the placeholder `{written}` is filled in before deployment")),
        };
        Value::text(filled(text, at, &mut fill), at)
    }

    /// A variable of Serverless: `${self:custom.a}`, with alternatives after commas.
    fn variable(&self, written: &str, at: Place, depth: usize) -> Option<Value> {
        let inside = written.strip_prefix("${")?.strip_suffix('}')?;
        if self.pulumi {
            return pulumi::variable(self.root, inside).map(|found| match found {
                Ok(node) => self.deep(node, depth + 1).used(written, at),
                Err(why) => Value::unknown(why, at),
            });
        }
        if first(inside).is_some() || !inside.contains(':') || inside.contains("::") {
            return None;
        }
        for source in inside.split(',').map(str::trim) {
            if let Some(path) = source.strip_prefix("self:") {
                let found = path.split('.').try_fold(self.root, |node, key| self.resolved(node).get(key));
                if let Some(node) = found {
                    let value = self.deep(node, depth + 1);
                    return Some(value.used(written, at));
                }
            } else if let Some(text) = source.strip_prefix(['\'', '"']) {
                return Some(Value::computed(text.trim_end_matches(['\'', '"']), at));
            }
        }
        None
    }

    fn resolved<'n>(&self, node: &'n DocumentNode) -> &'n DocumentNode
    where
        'a: 'n,
    {
        match node.content {
            Content::Alias(anchor) => self.anchors.get(&anchor).copied().unwrap_or(node),
            Content::Scalar(..) | Content::Sequence(_) | Content::Mapping(_) => node,
        }
    }

    fn function(&self, name: &str, argument: &DocumentNode, at: Place, depth: usize) -> Value {
        let arguments =
            || argument.as_list().iter().map(|item| self.deep(item, depth + 1)).collect::<Vec<Value>>();
        match name {
            "Ref" => self.reference(scalar(argument), at, depth),
            "Sub" => self.substituted(argument, at, depth),
            "Join" => match arguments().as_slice() {
                [separator, list] => joined(separator, list, at),
                _ => malformed(name, at),
            },
            "Select" => match arguments().as_slice() {
                [index, list] => {
                    let index = index.to_string().and_then(|index| index.parse::<usize>().ok());
                    let item = index.and_then(|index| list.as_list()?.get(index).cloned());
                    item.unwrap_or_else(|| unknown(list, name, at))
                }
                _ => malformed(name, at),
            },
            "Split" => match arguments().as_slice() {
                [separator, text] => match (separator.as_str(), text.as_str()) {
                    (Some(separator), Some(text)) if !separator.is_empty() => {
                        Value::list(text.split(separator).map(|part| Value::computed(part, at)).collect(), at)
                    }
                    _ => unknown(text, name, at),
                },
                _ => malformed(name, at),
            },
            "FindInMap" => self.in_map(&arguments(), at, depth),
            "If" => match argument.as_list() {
                [condition, yes, no] => match self.condition(scalar(condition), at, depth) {
                    Ok(true) => self.deep(yes, depth + 1),
                    Ok(false) => self.deep(no, depth + 1),
                    Err(why) => {
                        let (a, b) = (self.deep(yes, depth + 1), self.deep(no, depth + 1));
                        if same(&a, &b) == Some(true) { a } else { Value::unknown(why, at) }
                    }
                },
                _ => malformed(name, at),
            },
            "GetAtt" => {
                let list =
                    argument.as_list().iter().filter_map(DocumentNode::as_text).collect::<Vec<_>>().join(".");
                let what = if list.is_empty() { scalar(argument) } else { &list };
                Value::unknown(format!("`{what}` is known only when the template is deployed"), at)
            }
            // Ansible: no placeholders are filled in
            "unsafe" => self
                .files
                .scalar(self.file, argument)
                .map_or_else(|| Value::unknown("it is no text", at), |text| Value::text(text, at)),
            _ => Value::unknown(format!("`{name}` is resolved when the template is deployed"), at),
        }
    }

    fn section(&self, name: &str, key: &str) -> Option<&'a DocumentNode> {
        self.root.get(name)?.get(key)
    }

    /// A parameter's default, or a resource, which is known only when the template is deployed.
    fn reference(&self, name: &str, at: Place, depth: usize) -> Value {
        if name == "AWS::NoValue" {
            return Value::new(Data::Null, at);
        }
        let Some(parameter) = self.section("Parameters", name) else {
            return Value::unknown(format!("`{name}` is known only when the template is deployed"), at);
        };
        let kind = parameter.get("Type").and_then(DocumentNode::as_text).unwrap_or_default();
        match parameter.get("Default") {
            Some(_) if kind.starts_with("AWS::SSM::") => {
                Value::unknown(format!("the parameter `{name}` is read from SSM"), at)
            }
            Some(default) => {
                let value = self.deep(default, depth + 1);
                let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
                match value.as_str().filter(|_| is_list) {
                    Some(text) => {
                        let parts = text.split(',').map(|part| Value::computed(part.trim(), at));
                        Value::list(parts.collect(), at)
                    }
                    None => value.used(&format!("the parameter {name}"), at),
                }
            }
            None => Value::unknown(format!("the parameter `{name}` has no default"), at),
        }
    }

    /// `Fn::Sub`: `${Name}` is replaced, `${!Name}` is the text `${Name}`.
    fn substituted(&self, argument: &DocumentNode, at: Place, depth: usize) -> Value {
        let (node, names) = match argument.as_list() {
            [text, names] => (text, Some(names)),
            _ => (argument, None),
        };
        let Some(text) = self.files.scalar(self.file, node) else { return malformed("Sub", at) };
        let mut fill = |written: &str| {
            let Some(name) = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
                return Err(format!("the placeholder `{written}` is filled in before deployment"));
            };
            if let Some(literal) = name.strip_prefix('!') {
                return Ok(Text::computed(format!("${{{literal}}}"), at));
            }
            let value = match names.and_then(|names| names.get(name)) {
                Some(node) => self.deep(node, depth + 1),
                None if name.contains('.') => {
                    Value::unknown(format!("`{name}` is known only when the template is deployed"), at)
                }
                None => self.reference(name, at, depth),
            };
            match value.to_text().filter(|text| text.first_hole().is_none()) {
                Some(text) => Ok(text),
                None => Err(value
                    .any_unknown()
                    .map_or_else(|| format!("`{name}` is no text"), |why| why.to_string())),
            }
        };
        Value::text(filled(&text, self.at(node), &mut fill), self.at(node))
    }

    fn in_map(&self, arguments: &[Value], at: Place, depth: usize) -> Value {
        let mut keys = Vec::new();
        for argument in arguments.iter().take(3) {
            match argument.to_string() {
                Some(key) => keys.push(key),
                None => return unknown(argument, "FindInMap", at),
            }
        }
        let [map, first, second] = keys.as_slice() else { return malformed("FindInMap", at) };
        match self.section("Mappings", map).and_then(|map| map.get(first)?.get(second)) {
            Some(node) => self.deep(node, depth + 1).used(&format!("the mapping {map}"), at),
            None => Value::unknown(format!("the mapping `{map}` has no `{first}`, `{second}`"), at),
        }
    }

    /// Whether a resource is made: whether its condition is true.
    pub(super) fn made(&self, resource: &DocumentNode) -> Made {
        let Some(name) = resource.get("Condition").and_then(DocumentNode::as_text) else { return Made::Yes };
        match self.condition(name, self.at(resource), 0) {
            Ok(true) => Made::Yes,
            Ok(false) => Made::No,
            Err(why) => Made::Unknown(why),
        }
    }

    fn condition(&self, name: &str, at: Place, depth: usize) -> Result<bool, String> {
        let node = self
            .section("Conditions", name)
            .ok_or_else(|| format!("the condition `{name}` is not declared"))?;
        self.truth(node, at, depth + 1)
    }

    fn truth(&self, node: &DocumentNode, at: Place, depth: usize) -> Result<bool, String> {
        if depth > EVALUATION_DEPTH {
            return Err("a condition refers to itself".to_owned());
        }
        let (name, argument) = match (node.tag.as_deref().filter(|_| node.is_tagged()), node.as_map()) {
            (Some(tag), _) => (tag.trim_start_matches('!').to_owned(), node),
            (None, [(key, argument)]) => {
                let key = key.as_text().unwrap_or_default();
                (key.strip_prefix("Fn::").unwrap_or(key).to_owned(), argument)
            }
            (None, _) => return Err("a condition cannot be read".to_owned()),
        };
        let list = argument.as_list();
        match (name.as_str(), list) {
            ("Condition", _) => self.condition(scalar(argument), at, depth),
            ("Not", [one]) => Ok(!self.truth(one, at, depth + 1)?),
            ("And" | "Or", _) => {
                // one part that decides is enough, whatever the others are
                let decides = name == "Or";
                let mut all = Ok(!decides);
                for part in list {
                    match self.truth(part, at, depth + 1) {
                        Ok(is_true) if is_true == decides => return Ok(decides),
                        Ok(_) => {}
                        Err(why) => all = Err(why),
                    }
                }
                all
            }
            ("Equals", [a, b]) => {
                let (a, b) = (self.deep(a, depth + 1), self.deep(b, depth + 1));
                let why = || {
                    a.any_unknown()
                        .or_else(|| b.any_unknown())
                        .map_or_else(String::new, |why| why.to_string())
                };
                match (a.to_string(), b.to_string()) {
                    (Some(a), Some(b)) => Ok(a == b),
                    _ => Err(why()),
                }
            }
            _ => Err(format!("the condition `{name}` cannot be read")),
        }
    }
}

/// The text of a scalar, whatever its tag.
fn scalar(node: &DocumentNode) -> &str {
    match &node.content {
        Content::Scalar(text, _) => text,
        Content::Sequence(_) | Content::Mapping(_) | Content::Alias(_) => "",
    }
}

fn joined(separator: &Value, list: &Value, at: Place) -> Value {
    let (Some(separator), Some(list)) = (separator.as_str(), list.as_list()) else {
        return unknown(list, "Join", at);
    };
    let mut out = Text::default();
    for (index, item) in list.iter().enumerate() {
        if out.string.len() > EVALUATED_TEXT_BYTES || out.pieces.len() > TEXT_PIECES {
            return Value::unknown(format!("it is longer than {EVALUATED_TEXT_BYTES} bytes"), at);
        }
        if index > 0 {
            out.push_computed(separator, at);
        }
        match item.to_text() {
            Some(text) => out.push(&text),
            None => return unknown(item, "Join", at),
        }
    }
    Value::text(out, at)
}

fn unknown(cause: &Value, name: &str, at: Place) -> Value {
    match cause.any_unknown() {
        Some(why) => Value::unknown(why, at),
        None => malformed(name, at),
    }
}

fn malformed(name: &str, at: Place) -> Value {
    Value::unknown(format!("the arguments of `{name}` cannot be read"), at)
}

/// The nodes with an anchor.
pub(super) fn anchors(documents: &[DocumentNode]) -> HashMap<usize, &DocumentNode> {
    let mut found = HashMap::new();
    let mut rest: Vec<&DocumentNode> = documents.iter().collect();
    while let Some(node) = rest.pop() {
        if node.anchor > 0 {
            found.insert(node.anchor, node);
        }
        rest.extend(node.as_list());
        rest.extend(node.as_map().iter().flat_map(|(key, value)| [key, value]));
    }
    found
}
