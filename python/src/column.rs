//! Columns of messages as Arrow passes them.

use crate::instead::error;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int16Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray, make_array,
};
use arrow_data::ArrayData;
use arrow_pyarrow::PyArrowType;
use arrow_schema::DataType;
use cwfilter::evidence::OneValue;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Put before a text by some editors. The readers of files pass it, too.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a caller passes as a column: the chunks of it.
pub(crate) struct Column(Vec<Values>);

impl Column {
    /// The values without a byte order mark; `None` for NULL.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let values = self.0.iter().flat_map(|chunk| (0..chunk.len()).map(move |at| chunk.get(at)));
        values.map(|value| value.map(|value| value.strip_prefix(BYTE_ORDER_MARK).unwrap_or(value)))
    }

    /// The error of the first value that is no log event.
    pub(crate) fn refused(&self, judge: &OneValue) -> Option<PyErr> {
        let instead = self.iter().flatten().find_map(|value| judge.instead(value));
        instead.map(|instead| error("a value of the column", &instead))
    }
}

impl<'py> FromPyObject<'_, 'py> for Column {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.hasattr("__arrow_c_array__")? {
            return Ok(Column(vec![array(&value)?]));
        }
        let chunks = match value.getattr("chunks") {
            Ok(chunks) if chunks.is_instance_of::<PyList>() => chunks,
            _ => chunks(&value)?,
        };
        let chunks: PyResult<_> = chunks.try_iter()?.map(|chunk| array(&chunk?)).collect();
        Ok(Column(chunks?))
    }
}

/// The chunks of a series of pandas, or of what has the stream of the Arrow PyCapsule interface, such as a series of polars.
fn chunks<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    let kind = value.get_type();
    let pyarrow = || py.import("pyarrow");
    if kind.module()?.to_cow()?.starts_with("pandas") && kind.name()? == "Series" {
        let options = PyDict::new(py);
        options.set_item("from_pandas", true)?;
        let made = pyarrow()?.getattr("array")?.call((value,), Some(&options))?;
        return match made.getattr("chunks") {
            Ok(chunks) => Ok(chunks),
            Err(_) => Ok(PyList::new(py, [made])?.into_any()),
        };
    }
    if value.hasattr("__arrow_c_stream__")? {
        return pyarrow()?.getattr("chunked_array")?.call1((value,))?.getattr("chunks");
    }
    Err(PyTypeError::new_err(format!(
        "a column is an array of pyarrow, or a series of pandas or polars, not {}; `pyarrow.array` makes one of a list",
        kind.name()?
    )))
}

fn array(value: &Bound<'_, PyAny>) -> PyResult<Values> {
    Values::of(value.extract::<PyArrowType<ArrayData>>()?.0)
}

/// An array of texts or of bytes. It shares the memory of the array that it is made of.
pub(crate) enum Values {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
    Fixed(FixedSizeBinaryArray),
    /// Places in an array of distinct values; `None` for NULL.
    Places(Box<Values>, Vec<Option<usize>>),
}

impl Values {
    pub(crate) fn of(data: ArrayData) -> PyResult<Values> {
        Values::of_array(&make_array(data))
    }

    fn of_array(array: &ArrayRef) -> PyResult<Values> {
        Ok(match array.data_type() {
            DataType::Binary => Values::Small(array.as_binary().clone()),
            DataType::Utf8 => Values::Small(array.as_string::<i32>().clone().into()),
            DataType::LargeBinary => Values::Large(array.as_binary().clone()),
            // nothing but NULL: Spark's type `void`, and what pandas makes of a batch without a value
            DataType::Null => Values::Small(BinaryArray::new_null(array.len())),
            DataType::LargeUtf8 => Values::Large(array.as_string::<i64>().clone().into()),
            DataType::Utf8View => Values::View(array.as_string_view().clone().to_binary_view()),
            DataType::BinaryView => Values::View(array.as_binary_view().clone()),
            DataType::FixedSizeBinary(_) => Values::Fixed(array.as_fixed_size_binary().clone()),
            DataType::Dictionary(..) => of_dictionary(array)?,
            DataType::RunEndEncoded(..) => of_runs(array)?,
            other => return Err(wrong(other)),
        })
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Values::Small(array) => array.len(),
            Values::Large(array) => array.len(),
            Values::View(array) => array.len(),
            Values::Fixed(array) => array.len(),
            Values::Places(_, places) => places.len(),
        }
    }

    /// A value; `None` for NULL.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        let is_there = at < self.len();
        match self {
            Values::Small(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
            Values::Large(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
            Values::View(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
            Values::Fixed(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
            Values::Places(values, places) => values.get(places.get(at).copied().flatten()?),
        }
    }
}

fn of_dictionary(array: &ArrayRef) -> PyResult<Values> {
    let dictionary = array.as_any_dictionary();
    let (keys, values) = (dictionary.keys(), dictionary.values());
    let places = if values.is_empty() {
        vec![None; array.len()]
    } else {
        let places = dictionary.normalized_keys().into_iter().enumerate();
        places.map(|(at, place)| keys.is_valid(at).then_some(place)).collect()
    };
    Ok(Values::Places(Box::new(Values::of_array(values)?), places))
}

fn of_runs(array: &ArrayRef) -> PyResult<Values> {
    macro_rules! runs {
        ($($ends:ty),*) => {
            $(if let Some(runs) = array.as_run_opt::<$ends>() {
                let places = (0..array.len()).map(|at| Some(runs.get_physical_index(at))).collect();
                return Ok(Values::Places(Box::new(Values::of_array(runs.values())?), places));
            })*
        };
    }
    runs!(Int16Type, Int32Type, Int64Type);
    Err(wrong(array.data_type()))
}

fn wrong(found: &DataType) -> PyErr {
    let help = if found.is_nested() {
        "; pass one column, and make a text of each value: Spark's `to_json(value)` leaves out members that are NULL, so that \
         `IS NULL` never holds"
    } else {
        ""
    };
    PyTypeError::new_err(format!("expected a column of texts or bytes, found {found}{help}"))
}
