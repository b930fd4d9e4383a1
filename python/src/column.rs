//! Columns of messages as Arrow passes them.

use crate::instead::error;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, LargeBinaryArray, make_array};
use arrow_data::ArrayData;
use arrow_schema::DataType;
use cwfilter::evidence::OneValue;
use pyo3::exceptions::PyTypeError;
use pyo3::{PyErr, PyResult};

/// A column of texts or of bytes. It shares the memory of the array that it is made of.
pub(crate) enum Values {
    Small(BinaryArray),
    Large(LargeBinaryArray),
}

impl Values {
    pub(crate) fn of(data: ArrayData) -> PyResult<Values> {
        let array: ArrayRef = make_array(data);
        Ok(match array.data_type() {
            DataType::Binary => Values::Small(array.as_binary().clone()),
            DataType::Utf8 => Values::Small(array.as_string::<i32>().clone().into()),
            DataType::LargeBinary => Values::Large(array.as_binary().clone()),
            // nothing but NULL: Spark's type `void`, and what pandas makes of a batch without a value
            DataType::Null => Values::Small(BinaryArray::new_null(array.len())),
            DataType::LargeUtf8 => Values::Large(array.as_string::<i64>().clone().into()),
            other => {
                return Err(PyTypeError::new_err(format!(
                    "expected a column of texts or bytes, found {other}"
                )));
            }
        })
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Values::Small(array) => array.len(),
            Values::Large(array) => array.len(),
        }
    }

    /// The error of the first value that is no log event.
    pub(crate) fn refused(&self, judge: &OneValue) -> Option<PyErr> {
        let instead = |at: usize| judge.instead(self.get(at)?);
        (0..self.len()).find_map(instead).map(|instead| error("a value of the column", &instead))
    }

    /// A value; `None` for NULL.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        let is_there = at < self.len();
        match self {
            Values::Small(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
            Values::Large(array) => (is_there && array.is_valid(at)).then(|| array.value(at)),
        }
    }
}
