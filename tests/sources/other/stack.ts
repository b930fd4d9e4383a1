new logs.MetricFilter(this, 'X', { filterPattern: logs.FilterPattern.literal('{ $.a == 1 }') });
