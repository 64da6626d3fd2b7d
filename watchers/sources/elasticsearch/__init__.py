"""Documents of Elasticsearch or OpenSearch as lines, asked for on a schedule."""
