"""Domain values to PDF. The only place that knows ReportLab, which is imported on first use."""
