//! Parts of a CloudFormation template that are in another place: nested stacks, stack sets, modules, includes and macros.

use super::document::{Content, DocumentNode};
use super::files::normal;
use super::hosted::{UnreadKind, UnreadModule};
use super::intrinsic::Template;
use super::made::Made;
use std::path::Path;

/// The parts of a template that are not read. A part whose template is among the named files is read as a file.
pub(super) fn unread(template: &Template<'_>, document: &DocumentNode) -> Vec<UnreadModule> {
    let outer = document.get("Resources");
    let inner = || document.get("resources").and_then(|it| it.get("Resources"));
    let Some(resources) = outer.or_else(inner) else { return Vec::new() };
    let mut found: Vec<UnreadModule> =
        resources.as_map().iter().filter_map(|(name, it)| resource(template, name, it)).collect();
    if let Some(transform) = document.get("Transform") {
        let one = std::slice::from_ref(transform);
        let all = if transform.as_list().is_empty() { one } else { transform.as_list() };
        found.extend(all.iter().filter_map(|it| transformed(template, it)));
    }
    let mut rest: Vec<&DocumentNode> = vec![document];
    while let Some(node) = rest.pop() {
        if let Some(it) = node.get("Fn::Transform") {
            found.extend(transformed(template, it));
        }
        if node.tag.as_deref().is_some_and(|tag| tag.ends_with("Transform")) {
            found.extend(transformed(template, node));
        }
        rest.extend(node.as_list());
        rest.extend(node.as_map().iter().map(|(_, value)| value));
    }
    found.sort_by_key(|it| it.span.start);
    found
}

/// A resource that is made from another template.
fn resource(template: &Template<'_>, name: &DocumentNode, node: &DocumentNode) -> Option<UnreadModule> {
    let kind = match node.get("Type")?.as_text()? {
        "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => UnreadKind::NestedStack,
        "AWS::CloudFormation::StackSet" => UnreadKind::StackSet,
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct" => UnreadKind::Product,
        other if other.ends_with("::MODULE") => UnreadKind::CloudFormationModule,
        _ => return None,
    };
    if matches!(template.made(node), Made::No) {
        return None;
    }
    let is_module = kind == UnreadKind::CloudFormationModule;
    let location = ["TemplateURL", "Location"].iter().find_map(|key| node.get("Properties")?.get(key));
    let source = match location {
        _ if is_module => node.get("Type")?.as_text()?.to_owned(),
        Some(it) => template.value(it).as_str().unwrap_or_default().to_owned(),
        None => String::new(),
    };
    let asset = node.get("Metadata").and_then(|it| it.get("aws:asset:path")).and_then(DocumentNode::as_text);
    if !is_module && [asset, Some(source.as_str())].into_iter().flatten().any(|it| is_named(template, it)) {
        return None;
    }
    Some(UnreadModule { kind, name: name.as_text().unwrap_or_default().to_owned(), source, span: name.span })
}

/// A macro, or an include. AWS's other transforms add no filter and no alarm.
fn transformed(template: &Template<'_>, node: &DocumentNode) -> Option<UnreadModule> {
    let name = match &node.content {
        Content::Scalar(..) => node.as_text()?,
        _ => node.get("Name").and_then(DocumentNode::as_text)?,
    };
    let kind = match name {
        "AWS::Include" => UnreadKind::Include,
        other if other.starts_with("AWS::") => return None,
        _ => UnreadKind::Macro,
    };
    let location = node.get("Parameters").and_then(|it| it.get("Location"));
    let source = location.and_then(|it| template.value(it).as_str().map(str::to_owned)).unwrap_or_default();
    Some(UnreadModule { kind, name: name.to_owned(), source, span: node.span })
}

/// Whether a local path is that of a file that the caller named.
fn is_named(template: &Template<'_>, path: &str) -> bool {
    if path.is_empty() || path.contains("://") {
        return false;
    }
    let here = template.files.text(template.file);
    let path = normal(&here.path.parent().unwrap_or(Path::new("")).join(path));
    template.files.all().iter().any(|file| file.is_named && normal(&file.path) == path)
}
