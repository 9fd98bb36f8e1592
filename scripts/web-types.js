/** Makes the types that the dashboard is checked against: the build writes them from the API's own document. */
const { setUp } = require('./setup');

setUp({ python: false });
