import { appOf } from './app';

export default appOf('south');
