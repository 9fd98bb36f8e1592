import { appOf } from './app';

export default appOf('north');
