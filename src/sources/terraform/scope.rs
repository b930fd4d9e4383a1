//! The state of an evaluation: modules, their instances, and the names that an expression may use.

use super::downloaded::{self, Downloaded};
use super::expansion::Expansion;
use super::syntax::Module;
use crate::metric_settings::Placement;
use crate::sources::files::{Files, normal};
use crate::sources::made::Made;
use crate::sources::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Evaluates the expressions of one run.
pub(super) struct Evaluator<'a> {
    pub(super) files: &'a Files<'a>,
    modules: RefCell<HashMap<PathBuf, Rc<Module>>>,
    /// The downloaded modules of each root module.
    downloaded: RefCell<HashMap<PathBuf, Rc<HashMap<String, Downloaded>>>>,
    pub(super) steps: Cell<usize>,
    pub(super) depth: Cell<usize>,
    pub(super) calls: Cell<usize>,
}

/// A module as one call sees it: with the arguments of the call.
pub(super) struct Instance {
    pub(super) module: Rc<Module>,
    /// `None` for the root module.
    pub(super) arguments: Option<BTreeMap<String, Value>>,
    /// `module.a["x"].`, or nothing for the root module.
    pub(super) address: String,
    /// The names of the calls that lead to it, each with a dot after it.
    pub(super) key: String,
    /// Whether Terraform makes it.
    pub(super) made: Made,
    /// The folder of the root module.
    pub(super) root: PathBuf,
    /// The folder as `path.module` writes it.
    pub(super) path: PathBuf,
    pub(super) depth: usize,
    /// Values of `var.…`, `local.…` and others by their names; `None` while they are evaluated.
    pub(super) cache: RefCell<HashMap<String, Option<Value>>>,
    pub(super) children: RefCell<HashMap<String, Rc<Calls>>>,
    /// The provider configurations that the call gives, by their names in the module.
    pub(super) providers: HashMap<String, Placement>,
}

/// The instances that one `module` block makes.
pub(super) struct Calls {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<Rc<Instance>>,
}

/// The names that an expression may use.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) instance: Rc<Instance>,
    /// Of `for`, `each`, `count` and iterators; the last one of a name counts.
    pub(super) names: Vec<(String, Value)>,
}

impl Scope {
    pub(super) fn of(instance: &Rc<Instance>) -> Self {
        Scope { instance: instance.clone(), names: Vec::new() }
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(files: &'a Files<'a>) -> Self {
        let (steps, depth, calls) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let (modules, downloaded) = Default::default();
        Evaluator { files, modules, downloaded, steps, depth, calls }
    }

    /// The modules that `terraform init` downloaded for a root module.
    pub(super) fn downloaded(&self, root: &Path) -> Rc<HashMap<String, Downloaded>> {
        let mut known = self.downloaded.borrow_mut();
        known.entry(root.to_owned()).or_insert_with(|| downloaded::modules(self.files, root).into()).clone()
    }

    pub(super) fn module(&self, folder: &Path) -> Rc<Module> {
        let folder = normal(folder);
        if let Some(known) = self.modules.borrow().get(&folder) {
            return known.clone();
        }
        let module = Rc::new(Module::read(self.files, &folder));
        self.modules.borrow_mut().insert(folder, module.clone());
        module
    }

    /// The folders of all modules that were read.
    pub(super) fn modules(&self) -> Vec<Rc<Module>> {
        self.modules.borrow().values().cloned().collect()
    }

    /// A folder as Terraform's root module.
    pub(super) fn root(&self, folder: &Path) -> Rc<Instance> {
        // each root module has the whole number of steps
        self.steps.set(0);
        self.calls.set(0);
        Rc::new(Instance {
            module: self.module(folder),
            arguments: None,
            address: String::new(),
            key: String::new(),
            made: Made::Yes,
            root: folder.to_owned(),
            path: PathBuf::from("."),
            depth: 0,
            cache: RefCell::default(),
            children: RefCell::default(),
            providers: HashMap::new(),
        })
    }
}
